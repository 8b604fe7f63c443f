/** Makes elements. Values become text and never markup, whatever characters they have. */

/** Returns an element with attributes and children; a child that is no element becomes text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** Replaces what is shown in a place. */
export function show(id, ...children) {
  document.getElementById(id).replaceChildren(...children);
}

/** Shows a text if it is another one, so that screen readers do not repeat it. */
export function say(id, text) {
  const place = document.getElementById(id);
  if (place.textContent !== text) {
    place.textContent = text;
  }
}

/** Shows an error, or none. */
export function warn(text) {
  document.getElementById("message").className = text ? "error" : "";
  say("message", text);
}

/** Returns a paragraph that tells an error. */
export const error = (text) => element("p", { class: "error" }, text);

/**
 * Returns a table that scrolls by itself in a narrow window.
 *
 * @param columns each has a title, a function from a row to a text or an element, and whether it is
 *     a number. The first one names the row.
 */
export function table(caption, columns, rows, empty) {
  if (rows.length === 0) {
    return element("p", {}, `${caption}: ${empty}`);
  }
  const kind = (column) => (column.number ? { class: "number" } : {});
  const head = columns.map((column) =>
    element("th", { scope: "col", ...kind(column) }, column.title),
  );
  const body = rows.map((row) =>
    element(
      "tr",
      {},
      ...columns.map((column, i) =>
        element(
          i === 0 ? "th" : "td",
          { ...(i === 0 ? { scope: "row" } : {}), ...kind(column) },
          column.of(row) ?? "",
        ),
      ),
    ),
  );
  return element(
    "div",
    { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" },
    element(
      "table",
      {},
      element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...body),
    ),
  );
}

/** Returns a time for people, in their time zone. */
export const time = (text) =>
  text ? element("time", { datetime: text, title: text }, new Date(text).toLocaleString()) : "";

/** Returns a value of a rule in one line. */
export function line(value) {
  if (value === undefined || value === null) {
    return "";
  }
  if (Array.isArray(value)) {
    return value.map(line).join(", ");
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
