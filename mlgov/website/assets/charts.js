/* Charts that answer: the point under the pointer or under the arrow keys, with its values. The drawing was made at build
   and its values stand in the table beside it; this script only joins the two. Text is only ever set as text. */
(function () {
  "use strict";
  var LINE = 'path[stroke="var(--mg-curve)"]:not([fill])';

  function tipIn(box) {
    var tip = document.createElement("p");
    tip.className = "mg-tip";
    tip.setAttribute("role", "status");
    tip.hidden = true;
    box.appendChild(tip);
    return tip;
  }

  /* Puts the note beside a place of the window, inside its box. */
  function show(tip, box, left, top, lines) {
    tip.replaceChildren.apply(tip, lines.map(function (line, place) {
      var made = document.createElement(place ? "span" : "b");
      made.textContent = line;
      return made;
    }));
    tip.hidden = false;
    var frame = box.getBoundingClientRect();
    var x = left - frame.left + box.scrollLeft, y = top - frame.top + box.scrollTop;
    var isRight = x + tip.offsetWidth + 14 > box.clientWidth + box.scrollLeft && x > tip.offsetWidth;
    tip.style.left = Math.max(0, isRight ? x - tip.offsetWidth - 12 : x + 12) + "px";
    tip.style.top = (y > tip.offsetHeight + 8 ? y - tip.offsetHeight - 8 : y + 14) + "px";
  }

  function shape(tag, parent, name) {
    var made = document.createElementNS(parent.namespaceURI, tag);
    made.setAttribute("class", name);
    parent.appendChild(made);
    return made;
  }

  /* The corners of the drawn line are the points of the card, in their order. */
  function pointsOf(line, table) {
    var corners = (line.getAttribute("d").match(/[ML][^ML]+/g) || []).map(function (part) {
      return part.slice(1).split(",").map(Number);
    });
    var body = table.tBodies[0], rows = Array.from(body.rows);
    var places = body.dataset.places ? body.dataset.places.split(" ").map(Number) : rows.map(function (_, place) { return place; });
    var fits = places.length === rows.length && (body.dataset.places || corners.length === rows.length);
    if (!fits || !places.every(function (place) { return corners[place]; })) return [];
    return rows.map(function (row, place) { return { row: row, x: corners[places[place]][0], y: corners[places[place]][1] }; });
  }

  function curve(box) {
    var line = box.querySelector(LINE), table = box.parentNode.querySelector("table");
    var points = line && table ? pointsOf(line, table) : [];
    if (!points.length) return;
    var heads = Array.from(table.tHead.rows[0].cells).map(function (cell) { return cell.textContent; });
    var tip = tipIn(box), rule = shape("line", line.parentNode, "mg-cursor-rule"), dot = shape("circle", line.parentNode, "mg-cursor"), at = -1;
    var figure = box.closest("figure"), title = figure ? figure.querySelector("figcaption").firstChild.textContent : "";
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", title + ": arrow keys go from point to point");
    rule.setAttribute("y1", 0);
    rule.setAttribute("y2", line.ownerSVGElement.dataset.height || 280);
    dot.setAttribute("r", 5);

    function hide() {
      if (at >= 0) points[at].row.classList.remove("mg-lit");
      at = -1;
      tip.hidden = true;
      box.classList.remove("mg-live");
    }

    function go(place) {
      var same = place === at;
      if (at >= 0 && !same) points[at].row.classList.remove("mg-lit");
      at = Math.max(0, Math.min(points.length - 1, place));
      var point = points[at], matrix = line.getScreenCTM();
      ["cx", "cy"].forEach(function (name, place) { dot.setAttribute(name, place ? point.y : point.x); });
      rule.setAttribute("x1", point.x);
      rule.setAttribute("x2", point.x);
      point.row.classList.add("mg-lit");
      box.classList.add("mg-live");
      var values = Array.from(point.row.cells).map(function (cell, place) { return heads[place] + " " + cell.textContent; });
      show(tip, box, matrix.a * point.x + matrix.e, matrix.d * point.y + matrix.f, [values[values.length - 1]].concat(values.slice(0, -1)));
      var list = table.parentNode, top = point.row.offsetTop;
      if (top < list.scrollTop + table.tHead.offsetHeight || top + point.row.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 2;
    }

    function nearest(event) {
      var matrix = line.getScreenCTM();
      var x = (event.clientX - matrix.e) / matrix.a, y = (event.clientY - matrix.f) / matrix.d, best = 0, least = Infinity;
      points.forEach(function (point, place) {
        var far = Math.pow(point.x - x, 2) + Math.pow(point.y - y, 2) / 9;  /* a reader follows the x axis */
        if (far < least) { least = far; best = place; }
      });
      go(best);
    }

    box.addEventListener("pointermove", nearest);
    box.addEventListener("pointerdown", nearest);
    box.addEventListener("pointerleave", hide);
    box.addEventListener("blur", hide);
    box.addEventListener("focus", function () { if (at < 0) go(0); });
    box.addEventListener("keydown", function (event) {
      var to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: points.length - 1 }[event.key];
      if (event.key === "Escape") hide();
      if (to === undefined) return;
      event.preventDefault();
      go(to);
    });
    Array.from(table.tBodies[0].rows).forEach(function (row, place) {
      row.addEventListener("pointerenter", function () { go(place); });
      row.addEventListener("pointerleave", hide);
    });
  }

  function numberOf(cell) { return Number(cell.textContent.replace(/,/g, "")); }

  function percent(part, all) { return (100 * part / all).toFixed(1) + "%"; }

  /* What a cell says in words: its labels, its value, and its share where shares mean something. */
  function cellWords(table, cell) {
    var row = cell.parentNode, label = row.cells[0].textContent, rows = Array.from(table.tBodies[0].rows);
    if (table.classList.contains("mg-bars")) {
      var values = rows.map(function (each) { return numberOf(each.cells[1]); }), own = numberOf(cell);
      var larger = values.filter(function (value) { return Math.abs(value) > Math.abs(own); }).length;
      return [label + ": " + cell.textContent, "Place " + (larger + 1) + " of " + values.length + " by size"];
    }
    var column = table.tHead.rows[0].cells[cell.cellIndex].textContent, said = [label + ", " + column + ": " + cell.textContent];
    var across = Array.from(row.cells).slice(1).map(numberOf), down = rows.map(function (each) { return numberOf(each.cells[cell.cellIndex]); });
    if (across.concat(down).every(function (value) { return value >= 0; })) {
      [[across, "the row " + label], [down, "the column " + column]].forEach(function (pair) {
        var all = pair[0].reduce(function (a, b) { return a + b; }, 0);
        if (all > 0) said.push(percent(numberOf(cell), all) + " of " + pair[1]);
      });
    }
    return said;
  }

  function cells(table) {
    var box = table.closest("figure"), tip = tipIn(box), last = null;
    var every = Array.from(table.querySelectorAll("tbody td.mg-num"));

    function hide() { tip.hidden = true; if (last) last.classList.remove("mg-lit"); last = null; }

    function go(cell) {
      hide();
      last = cell;
      cell.classList.add("mg-lit");
      var frame = cell.getBoundingClientRect();
      show(tip, box, frame.right - 12, frame.top + 4, cellWords(table, cell));
    }

    function beside(cell, key) {
      var row = cell.parentNode, rows = Array.from(table.tBodies[0].rows), place = rows.indexOf(row);
      var to = { ArrowRight: [place, cell.cellIndex + 1], ArrowLeft: [place, cell.cellIndex - 1], ArrowDown: [place + 1, cell.cellIndex], ArrowUp: [place - 1, cell.cellIndex] }[key];
      var found = to && rows[to[0]] ? rows[to[0]].cells[to[1]] : null;
      return found && every.indexOf(found) >= 0 ? found : null;
    }

    every.forEach(function (cell, place) {
      cell.tabIndex = place ? -1 : 0;
      cell.addEventListener("pointerenter", function () { go(cell); });
      cell.addEventListener("pointerleave", hide);
      cell.addEventListener("focus", function () { go(cell); });
      cell.addEventListener("blur", hide);
      cell.addEventListener("keydown", function (event) {
        if (event.key === "Escape") hide();
        var next = beside(cell, event.key);
        if (!next) return;
        event.preventDefault();
        every.forEach(function (each) { each.tabIndex = each === next ? 0 : -1; });
        next.focus();
      });
    });
  }

  function start() {
    document.querySelectorAll(".mg-split > .mg-chart:not([data-ready])").forEach(function (box) { box.dataset.ready = ""; curve(box); });
    document.querySelectorAll("figure .mg-matrix:not([data-ready]), figure .mg-bars:not([data-ready])").forEach(function (table) { table.dataset.ready = ""; cells(table); });
  }

  start();  /* scripts stand at the end of the page; the theme shows other pages without loading them anew */
  if (window.document$) window.document$.subscribe(start);
})();
