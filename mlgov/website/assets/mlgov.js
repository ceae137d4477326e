/* Sorting and filtering of the tables that the server wrote whole. Without this script every row is still there. */
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

  function makeSortable(table, onSort) {
    Array.from(table.tHead.rows[0].cells).forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      button.addEventListener("click", function () {
        var descending = head.getAttribute("aria-sort") === "ascending";
        sort(table, column, descending);
        if (onSort) onSort(column, descending);
      });
    });
  }

  /* What the table shows is kept in the address, so that it can be sent to somebody. (The theme's search owns "q".) */
  function makeDashboard(table) {
    var state = new URLSearchParams(location.search);
    var filter = document.querySelector(".mg-filter");
    var field = filter.querySelector("input");
    var shown = document.querySelector(".mg-shown");
    var tiles = Array.from(document.querySelectorAll(".mg-tile"));
    var rows = Array.from(table.tBodies[0].rows).map(function (row) {
      return { row: row, text: row.textContent.toLowerCase(), marks: (row.dataset.m || "").split(" ") };
    });

    function remember(key, value) {
      if (value) state.set(key, value); else state.delete(key);
      var query = state.toString();
      history.replaceState(null, "", (query ? "?" + query : location.pathname) + location.hash);
    }

    function apply() {
      var words = (state.get("filter") || "").toLowerCase().split(/\s+/).filter(Boolean);
      var mark = state.get("show") || "";
      var count = 0;
      rows.forEach(function (item) {
        var fits = (!mark || item.marks.includes(mark)) && words.every(function (word) { return item.text.includes(word); });
        item.row.hidden = !fits;
        count += fits ? 1 : 0;
      });
      tiles.forEach(function (tile) { tile.setAttribute("aria-pressed", String(tile.dataset.show === mark)); });
      shown.textContent = count === rows.length ? "" : count + " of " + rows.length + " shown";
    }

    makeSortable(table, function (column, descending) { remember("sort", column + (descending ? "-" : "")); });
    filter.hidden = false;
    field.value = state.get("filter") || "";
    field.addEventListener("input", function () { remember("filter", field.value.trim()); apply(); });
    tiles.forEach(function (tile) {
      tile.addEventListener("click", function () {
        remember("show", state.get("show") === tile.dataset.show ? "" : tile.dataset.show);
        apply();
      });
    });
    var wanted = /^(\d{1,2})(-?)$/.exec(state.get("sort") || "");
    if (wanted && Number(wanted[1]) < table.tHead.rows[0].cells.length) sort(table, Number(wanted[1]), wanted[2] === "-");
    apply();
  }

  /* The theme's search dialog has no name of its own. */
  function nameSearch() {
    var search = document.querySelector("[data-md-component=search]");
    if (search && !search.hasAttribute("aria-label")) search.setAttribute("aria-label", "Search");
  }

  function start() {
    nameSearch();
    document.querySelectorAll("table.mg-sortable:not([data-ready])").forEach(function (table) {
      table.dataset.ready = "";
      if (table.id === "model-table") makeDashboard(table); else makeSortable(table);
    });
  }

  if (window.document$) window.document$.subscribe(start); else start();
})();
