// The icons: outlines on a grid of 24, drawn in the colour of the text around them.

const PATHS = {
  plus: "M12 5v14M5 12h14",
  send: "M5 12l15-7-5 15-3.500-6.500z M11.500 13.500L20 5",
  back: "M15 5l-7 7 7 7",
  down: "M6 10l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  details: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.500M12 7.500v.500",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z",
  more: "M5 12h.010M12 12h.010M19 12h.010",
  leave: "M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4M15 8l4 4-4 4M19 12H9",
  pending: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
  sent: "M5 12.500l4.500 4.500L19 7.500",
  failed: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.500v5.500M12 16v.500",
} as const;

const SVG = "http://www.w3.org/2000/svg";

export function icon(name: keyof typeof PATHS): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** The mark of Parley: a bubble with three dots. */
export function mark(): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 64 64");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  const body = document.createElementNS(SVG, "path");
  body.setAttribute("d", "M20 10h24a12 12 0 0 1 12 12v13a12 12 0 0 1-12 12H33l-11 8.500a1.750 1.750 0 0 1-2.800-1.400V47A12 12 0 0 1 8 35V22a12 12 0 0 1 12-12z");
  svg.append(body);
  for (const x of [22, 32, 42]) {
    const dot = document.createElementNS(SVG, "circle");
    dot.setAttribute("cx", String(x));
    dot.setAttribute("cy", "28.500");
    dot.setAttribute("r", "3.500");
    svg.append(dot);
  }
  return svg;
}
