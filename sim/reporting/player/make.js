// Elements of a page: shared by the player, the served page and the classroom.

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
