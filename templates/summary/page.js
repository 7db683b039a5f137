"use strict";
// Tables sort by their heads; long ones fold and filter. Without this script every table stands whole and in order.
const words = document.body.dataset, FOLDED = 10;

function sortBy(table, column, button) {
  const up = button.parentElement.getAttribute("aria-sort") === "descending";
  for (const head of table.tHead.rows[0].cells) head.removeAttribute("aria-sort");
  button.parentElement.setAttribute("aria-sort", up ? "ascending" : "descending");
  const key = row => {
    const cell = row.cells[column], number = cell.dataset.sort;
    return number === undefined ? cell.textContent : Number(number);
  };
  const compare = (a, b) => typeof a === "number" && typeof b === "number"
    ? a - b : String(a).localeCompare(String(b), document.documentElement.lang, { numeric: true });
  const rows = [...table.tBodies[0].rows].sort((a, b) => (up ? 1 : -1) * compare(key(a), key(b)));
  table.tBodies[0].append(...rows);
}

function makeSortable(table) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sortBy(table, column, button));
    head.replaceChildren(button);
  });
}

function makeFoldable(table) {
  const rows = [...table.tBodies[0].rows], region = table.parentElement;
  if (rows.length <= FOLDED + 2) return;
  const bar = document.createElement("div"), find = document.createElement("input");
  const more = document.createElement("button"), told = document.createElement("span");
  bar.className = "tools";
  find.type = "search";
  find.placeholder = words.find;
  find.setAttribute("aria-label", words.find + " " + region.getAttribute("aria-label"));
  told.setAttribute("role", "status");
  more.type = "button";
  more.className = "more";
  const all = words.all.replace("{n}", rows.length);
  let isFolded = true;
  const fold = folded => {
    table.classList.toggle("folded", folded);
    more.textContent = folded ? all : words.fewer;
    more.setAttribute("aria-expanded", String(!folded));
  };
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    let found = 0;
    for (const row of rows) {
      row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
      found += !row.hidden;
    }
    // what is found stands whole; with the word gone the table is again as its reader left it
    fold(wanted === "" && isFolded);
    more.hidden = wanted !== "";
    told.textContent = found ? "" : words.none;
  });
  more.addEventListener("click", () => {
    isFolded = !isFolded;
    fold(isFolded);
  });
  bar.append(find, told);
  region.before(bar);
  region.after(more);
  fold(isFolded);
}

for (const table of document.querySelectorAll("table")) {
  makeSortable(table);
  makeFoldable(table);
}
