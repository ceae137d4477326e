/* Sorting of tables that stand on the page whole. Without this script every row is still there. */
(function () {
  "use strict";

  function keyOf(cell) {
    var rank = cell.getAttribute("data-s");
    var text = (rank === null ? cell.textContent : rank).trim();
    var number = Number(text.replace(/,/g, ""));
    return { empty: text === "", number: text !== "" && !isNaN(number) ? number : null, text: text.toLowerCase() };
  }

  function compare(a, b) {
    if (a.empty !== b.empty) return a.empty ? 1 : -1;
    if (a.number !== null && b.number !== null) return a.number - b.number;
    return a.text.localeCompare(b.text);
  }

  function sort(table, column, descending) {
    var body = table.tBodies[0];
    var rows = Array.from(body.rows).map(function (row) { return [keyOf(row.cells[column]), row]; });
    rows.sort(function (a, b) {
      var order = compare(a[0], b[0]);
      return descending && a[0].empty === b[0].empty ? -order : order;
    });
    rows.forEach(function (pair) { body.appendChild(pair[1]); });
    Array.from(table.tHead.rows[0].cells).forEach(function (head, place) {
      if (place === column) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  }

  function makeSortable(table) {
    Array.from(table.tHead.rows[0].cells).forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      button.addEventListener("click", function () {
        sort(table, column, head.getAttribute("aria-sort") === "ascending");
      });
    });
  }

  /* The theme's search dialog has no name of its own. */
  function nameSearch() {
    var search = document.querySelector("[data-md-component=search]");
    if (search && !search.hasAttribute("aria-label")) search.setAttribute("aria-label", "Search");
  }

  function start() {
    nameSearch();
    document.querySelectorAll("table.mg-sortable:not([data-ready]):not(#model-table)").forEach(function (table) {
      table.dataset.ready = "";
      makeSortable(table);
    });
  }

  if (window.document$) window.document$.subscribe(start); else start();
})();
