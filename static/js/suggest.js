// What does the register hold that begins like this?  A list under a field, by the ARIA pattern of a combobox: arrow
// keys choose, Enter opens the page, or fills in the name where the field is a part of a question (data-suggest-fills),
// Escape closes, and a screen reader is told how many there are. Without this file the field is an ordinary one.
"use strict";

for (const row of document.querySelectorAll("[data-suggest]")) {
  const field = row.querySelector("input:not([type=hidden])");
  const list = document.createElement("ul");
  const said = document.createElement("p");
  let hits = [], chosen = -1, asked = "", timer = 0;

  list.id = `${field.id}-suggestions`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(`label[for="${field.id}"]`).textContent);
  said.className = "visually-hidden";
  said.setAttribute("aria-live", "polite");
  row.append(list, said);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);

  const close = () => {
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = (index + hits.length) % hits.length;
    const option = list.children[chosen];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  };
  const take = (hit) => {
    if (!("suggestFills" in row.dataset)) { location.assign(hit.address); return; }
    field.value = hit.value;
    close();
  };
  const show = (found) => {
    hits = found;
    list.replaceChildren(...hits.map((hit, index) => {
      const option = document.createElement("li");
      const name = document.createElement("b");
      const about = document.createElement("span");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      name.textContent = hit.name;
      about.textContent = `${hit.kind}: ${hit.about}`;
      option.append(name, " ", about);
      option.addEventListener("mousedown", (event) => { event.preventDefault(); take(hit); });
      return option;
    }));
    close();
    list.hidden = hits.length === 0;
    field.setAttribute("aria-expanded", String(hits.length > 0));
    said.textContent = (row.dataset.suggestCount || "%s").replace("%s", hits.length);
  };
  const ask = async () => {
    asked = field.value.trim();
    if (asked.length < 2) { show([]); return; }
    const question = asked;
    const address = new URL(row.dataset.suggest, location);
    address.searchParams.set("q", question);
    const answer = await fetch(address).catch(() => null);
    // An answer that comes after the reader has written on, or gone on, is out of date.
    if (answer?.ok && question === asked && document.activeElement === field) show((await answer.json()).suggestions);
  };

  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) take(hits[chosen]);
    else return;
    event.preventDefault();
  });
}
