// How does a reader walk over the map of hexagons by keyboard?  One stop for the Tab key, arrow keys to the neighbour in
// that direction, Home and End to the first and the last, Enter follows the link. Without this file each hexagon is a
// stop of its own, as links are.
"use strict";

const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

function middle(link) {
  const box = link.querySelector("polygon").getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}

// The nearest one straight ahead; over the sea the nearest that lies further on at all.
function neighbour(links, from, [right, down]) {
  const [x, y] = middle(from);
  let best = null, least = Infinity;
  for (const link of links) {
    const [dx, dy] = [middle(link)[0] - x, middle(link)[1] - y];
    const ahead = dx * right + dy * down, aside = Math.abs(dx * down) + Math.abs(dy * right);
    const cost = ahead + 2 * aside + (aside > ahead ? 10000 : 0);
    if (link !== from && ahead > 1 && cost < least) [best, least] = [link, cost];
  }
  return best;
}

for (const map of document.querySelectorAll(".tiles-svg")) {
  const links = [...map.querySelectorAll("a")];
  if (links.length < 2) continue;
  const stop = (one) => links.forEach((link) => link.setAttribute("tabindex", link === one ? "0" : "-1"));
  stop(map.querySelector("a:has(.hex-self)") ?? links[0]);
  map.nextElementSibling.hidden = false;
  // Around the drawing: an SVG that listens itself becomes a stop for the Tab key in Chromium.
  const around = map.parentElement;
  around.addEventListener("focusin", (event) => { if (links.includes(event.target)) stop(event.target); });
  around.addEventListener("keydown", (event) => {
    const here = event.target.closest("a");
    if (!here || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    let next = null;
    if (event.key in DIRECTIONS) next = neighbour(links, here, DIRECTIONS[event.key]);
    else if (event.key === "Home") next = links[0];
    else if (event.key === "End") next = links[links.length - 1];
    else return;
    event.preventDefault();
    next?.focus();
  });
}
