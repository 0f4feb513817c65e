// The slider over years: says the year while it is moved, and shows the page of that year when it is let go.
for (const form of document.querySelectorAll("[data-year-form]")) {
  const slider = form.querySelector("input[type=range]");
  const shown = form.querySelector("output strong");
  slider.addEventListener("input", () => {
    shown.textContent = slider.value;
    slider.setAttribute("aria-valuetext", slider.value);
  });
  // By keyboard each step is a change: the page must not go away under the reader's hands.
  let byPointer = false;
  slider.addEventListener("pointerdown", () => { byPointer = true; });
  slider.addEventListener("keydown", () => { byPointer = false; });
  slider.addEventListener("change", () => { if (byPointer) form.requestSubmit(); });
}
