// Elements of a page: shared by the player, the served page and the classroom.

/** A part of a drawing (SVG) with attributes and children. */
export function shape(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** An element with attributes and children: `on...` are listeners; null, undefined and false are no child and no attribute. */
export function make(tag, attributes = {}, ...children) {
  const absent = (value) => value === null || value === undefined || value === false;
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (!absent(value)) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => !absent(child)));
  return element;
}
