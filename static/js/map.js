// The map of areas: the municipality under the pointer, or chosen with the arrow keys, is named below the map. The map of
// one area: its municipalities by the arrow keys. Without this script each area, or municipality, is a link with its name.

const NEAR = 14; // units of the drawing around a dot
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const SVG = "http://www.w3.org/2000/svg";

/** Read "M12 30h0m4-7h0" back into points. */
function pointsOf(path) {
  let [x, y] = [0, 0];
  return [...path.getAttribute("d").matchAll(/([Mm])(-?\d+) ?(-?\d+)/g)].map(([, move, a, b]) => {
    [x, y] = move === "M" ? [+a, +b] : [x + +a, y + +b];
    return { x, y };
  });
}

function readArea(link) {
  const names = link.dataset.names.split("|");
  const title = link.querySelector("title");
  const name = title.textContent;
  title.remove(); // the line below the map says it better than a tooltip
  return { link, name, chosen: -1, points: pointsOf(link.querySelector("path")).map((p, i) => ({ ...p, name: names[i] })) };
}

function cursorOf(map) {
  const cursor = document.createElementNS(SVG, "circle");
  for (const [name, value] of Object.entries({ r: 7, class: "cursor", visibility: "hidden", "pointer-events": "none" })) {
    cursor.setAttribute(name, value);
  }
  map.append(cursor);
  return cursor;
}

function start(map) {
  const status = map.parentElement.querySelector("[data-map-status]");
  const areas = [...map.querySelectorAll("a[data-names]")].map(readArea);
  const cursor = cursorOf(map);

  function show(area, point) {
    cursor.setAttribute("cx", point.x);
    cursor.setAttribute("cy", point.y);
    cursor.setAttribute("visibility", "visible");
    const name = document.createElement("b");
    name.textContent = point.name;
    status.replaceChildren(name, ` · ${area.name}`);
  }

  function enter(area) {
    area.chosen = -1;
    cursor.setAttribute("visibility", "hidden");
    status.textContent = area.link.getAttribute("aria-label");
  }

  function choose(area, index) {
    area.chosen = (index + area.points.length) % area.points.length;
    show(area, area.points[area.chosen]);
  }

  for (const area of areas) {
    area.link.addEventListener("focus", () => enter(area));
    area.link.addEventListener("keydown", (event) => {
      const target = { Home: 0, End: -1 }[event.key] ?? (event.key in STEPS ? area.chosen + STEPS[event.key] : null);
      if (target === null) return;
      event.preventDefault();
      choose(area, target);
    });
  }

  map.addEventListener("pointermove", (event) => {
    const here = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
    let nearest = NEAR;
    let found = null;
    for (const area of areas) {
      for (const point of area.points) {
        const away = Math.hypot(point.x - here.x, point.y - here.y);
        if (away < nearest) [nearest, found] = [away, [area, point]];
      }
    }
    if (found) show(...found);
  });
}

/** Municipalities that are links of their own: one stop of the Tab key for all, the arrow keys walk from one to the next. */
function startDots(dots, status) {
  const enter = (dot) => dots.forEach((other) => other.setAttribute("tabindex", other === dot ? 0 : -1));
  const name = (dot) => (status.textContent = dot.getAttribute("aria-label"));
  dots.forEach((dot, index) => {
    dot.querySelector("title").remove(); // the line below the map says it better than a tooltip
    dot.addEventListener("pointerenter", () => name(dot));
    dot.addEventListener("focus", () => {
      enter(dot);
      name(dot);
    });
    dot.addEventListener("keydown", (event) => {
      const target = { Home: 0, End: -1 }[event.key] ?? (event.key in STEPS ? index + STEPS[event.key] : null);
      if (target === null) return;
      event.preventDefault();
      dots.at(target % dots.length).focus();
    });
  });
  enter(dots[0]);
}

for (const map of document.querySelectorAll("svg.map")) {
  const dots = [...map.querySelectorAll("a.state")];
  if (dots.length) startDots(dots, map.parentElement.querySelector("[data-map-status]"));
  else start(map);
}
