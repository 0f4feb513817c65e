/* Which field does a search box belong to?  select2 does not tell screen readers; this does. Nothing else depends on it. */
"use strict";
{
  const nameBoxes = () => {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
      const box = select.parentElement.querySelector(".select2-selection");
      const chosen = box?.querySelector(".select2-selection__rendered");
      const label = select.getAttribute("aria-label") || select.labels[0]?.textContent.trim().replace(/:$/, "");
      if (!chosen || !chosen.id || !label || box.id) continue;
      // The label first, then what is chosen, which is text and no field of its own.
      box.id = `${select.id}-box`;
      box.setAttribute("aria-label", label);
      box.setAttribute("aria-labelledby", `${box.id} ${chosen.id}`);
      chosen.removeAttribute("role");
      chosen.removeAttribute("aria-readonly");
    }
    // Django names the box above a list by an English picture alone.
    const search = document.getElementById("searchbar");
    search?.setAttribute("aria-label", search.form.querySelector("[type=submit]").value);
  };
  // The boxes are made by jQuery's own queue, which may run after the page has loaded.
  window.addEventListener("load", () => setTimeout(nameBoxes));
  document.addEventListener("formset:added", () => setTimeout(nameBoxes));
}
