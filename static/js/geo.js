// The geographic map: municipalities as points, or with their borders where these have been imported, coloured as the
// tile map is. It only adds to the page: table and tile map tell the same without it.
const place = document.getElementById("geo-map");
const colours = getComputedStyle(document.documentElement);
const colour = (name) => colours.getPropertyValue(name).trim();
const fills = {
  "level-0": "--hex-0", "level-1": "--hex-1", "level-2": "--hex-2", "level-3": "--hex-3", "level-4": "--hex-4",
  "level-5": "--hex-5", white: "--hex-0", member: "--hex-member", host: "--hex-host",
};

function style(feature) {
  const { kind } = feature.properties;
  const empty = kind === "white" || kind === "level-0";
  return {
    color: colour("--hex-line"), weight: 1, fillColor: colour(fills[kind]), fillOpacity: empty ? 0.35 : 0.9,
    dashArray: empty ? "3 2" : null, radius: 7,
  };
}

async function draw() {
  const answer = await fetch(place.dataset.source);
  if (!answer.ok) return;
  const data = await answer.json();
  if (!data.features.length) return;
  place.hidden = false;
  document.getElementById("geo-text").hidden = false;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(place, { scrollWheelZoom: false, zoomAnimation: !still, fadeAnimation: !still, attributionControl: Boolean(place.dataset.tiles) });
  map.zoomControl.options.zoomInTitle = place.dataset.zoomIn;
  map.zoomControl.options.zoomOutTitle = place.dataset.zoomOut;
  map.zoomControl.remove();
  L.control.zoom({ zoomInTitle: place.dataset.zoomIn, zoomOutTitle: place.dataset.zoomOut }).addTo(map);
  if (place.dataset.tiles) L.tileLayer(place.dataset.tiles, { attribution: place.dataset.credit }).addTo(map);
  const layer = L.geoJSON(data, {
    style,
    pointToLayer: (feature, at) => L.circleMarker(at, style(feature)),
    onEachFeature: (feature, shape) => {
      const link = document.createElement("a");
      link.href = feature.properties.url;
      link.textContent = feature.properties.name;
      const text = document.createElement("div");
      text.append(link, document.createElement("br"), feature.properties.words);
      shape.bindPopup(text);
      const name = document.createElement("span");
      name.textContent = `${feature.properties.name}: ${feature.properties.words}`;
      shape.bindTooltip(name, { sticky: true });
    },
  }).addTo(map);
  map.fitBounds(layer.getBounds(), { padding: [10, 10] });
}

if (place && window.L) draw();
