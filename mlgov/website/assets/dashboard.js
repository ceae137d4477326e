/* The table of models: every row from one compact file; filters, order and page are kept in the address. The page holds
   the first rows itself, so without this script, or without the file, it is still a table. Text is only ever set as text. */
(function () {
  "use strict";

  var PAGE = 100;
  var TITLE = 0, NAME = 1, LINK = 2, STATUS = 3, WHY = 4, RISK = 5, CELLS = 6, PLACES = 7, BATCH = 8, REVIEW = 9, OWNERS = 10, MARKS = 11;
  var CELL_HEADS = 3;  // columns before the four monitor columns
  var WAYS = { o: ["ok", 5, "completed"], b: ["bad", 12, "with violations"], w: ["warn", 9, "failed"], m: ["mute", 3, "without a verdict"] };
  var PRESETS = [["Everything", ""], ["High risk in alert", "risk=High&show=in_alert"], ["Waiting for a review", "show=awaiting_review"], ["Next reviews first", "sort=9"]];

  function element(tag, className, text) {
    var made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function svg(tag, attributes) {
    var made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.keys(attributes).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    return made;
  }

  function spark(runs) {
    var start = (30 - runs.length) * 3;
    var said = Object.keys(WAYS).map(function (way) { return [runs.split(way).length - 1, WAYS[way][2]]; })
      .filter(function (pair) { return pair[0]; }).map(function (pair) { return pair.join(" "); }).join(", ");
    var windows = runs.length === 1 ? "window" : runs.length + " windows";
    var picture = svg("svg", { "class": "mg-spark", viewBox: "0 0 90 12", role: "img", "aria-label": "Last " + windows + ": " + said });
    Object.keys(WAYS).forEach(function (way) {
      var drawn = "";
      for (var i = 0; i < runs.length; i++) {
        if (runs[i] === way) drawn += "M" + (start + 3 * i) + " " + (12 - WAYS[way][1]) + "h2v" + WAYS[way][1] + "h-2z";
      }
      if (drawn) picture.appendChild(svg("path", { "class": "mg-" + WAYS[way][0], d: drawn }));
    });
    return picture;
  }

  function start(section, data) {
    var table = document.getElementById("model-table");
    var body = table.tBodies[0];
    var filters = section.querySelector(".mg-filters");
    var pager = section.querySelector(".mg-pager");
    var shown = section.querySelector(".mg-shown");
    var tiles = Array.from(document.querySelectorAll(".mg-tile"));
    var heads = Array.from(table.tHead.rows[0].cells);
    var state = new URLSearchParams(location.search);
    var waiting = 0;  // for the end of typing
    data.models.forEach(function (model) {
      model[CELLS] = model[CELLS].map(function (number) { return number === null ? null : data.cells[number]; });
      if (model[LINK] === 1) model[LINK] = data.usual[0] + (model[NAME] || model[TITLE]) + data.usual[1];
    });
    var models = data.models.map(function (model, place) { return { model: model, place: place, text: null }; });

    function badgeOf(number) { return number === null ? null : data.badges[number]; }
    function ownersOf(model) { return model[OWNERS].map(function (number) { return data.owners[number]; }); }

    function textOf(model) {
      var cells = model[CELLS].map(function (cell) { return cell ? badgeOf(cell[0])[0] + " " + cell[1] + " " + cell[2] : "None"; });
      var places = model[PLACES].map(function (place) { return place.join(" "); });
      var risk = model[RISK] === null ? "" : badgeOf(model[RISK])[0];
      return [model[TITLE], model[NAME], badgeOf(model[STATUS])[0], model[WHY], risk, cells.join(" "), places.join(" "),
        (model[BATCH] || []).join(" "), model[REVIEW], ownersOf(model).join(" ")].join(" ").toLowerCase();
    }

    /* ---- one row, as the page's template writes it ---- */

    function badge(number) { return element("span", "mg-badge mg-" + badgeOf(number)[1], badgeOf(number)[0]); }

    function cellOf(label, parts) {
      var cell = element("td");
      if (label) cell.dataset.l = label;
      parts.forEach(function (part) { if (part) cell.appendChild(part); });
      return cell;
    }

    function small(text, className) { return text ? element("small", className || "", text) : null; }

    function monitorCell(cell, name) {
      if (!cell) { var none = element("td", "mg-cell mg-none", "None"); return none; }
      var link = badge(cell[0]);
      if (cell[4]) {
        link = element("a");
        link.setAttribute("href", data.watched[0] + name + data.watched[1] + cell[4] + data.watched[2]);
        link.appendChild(badge(cell[0]));
      }
      var made = cellOf("", [link, small(cell[1], "mg-near"), small(cell[2]), cell[3] ? spark(cell[3]) : null]);
      made.className = "mg-cell";
      return made;
    }

    function draw(model) {
      var row = element("tr", model[MARKS].split(" ")[0] === "in_alert" ? "mg-hot" : "");
      var head = element("th");
      head.scope = "row";
      if (model[LINK]) {
        var link = element("a", "", model[TITLE]);
        link.setAttribute("href", model[LINK]);
        head.appendChild(link);
      } else head.appendChild(document.createTextNode(model[TITLE]));
      if (model[NAME]) head.appendChild(small(model[NAME]));
      row.appendChild(head);
      row.appendChild(cellOf("Status", [badge(model[STATUS]), small(model[WHY])]));
      row.appendChild(cellOf("Risk", [model[RISK] === null ? null : badge(model[RISK])]));
      model[CELLS].forEach(function (cell) { row.appendChild(monitorCell(cell, model[NAME] || model[TITLE])); });
      row.appendChild(cellOf("Endpoints", model[PLACES].map(function (place) {
        var made = element("div", "", place[0]);
        made.appendChild(small(place[1]));
        return made;
      })));
      row.appendChild(cellOf("Last batch job", model[BATCH] ? [document.createTextNode(model[BATCH][0]), small(model[BATCH][1])] : []));
      var day = model[REVIEW] ? element("time", "", model[REVIEW]) : null;
      if (day) day.setAttribute("datetime", model[REVIEW]);
      row.appendChild(cellOf("Review by", [day]));
      row.appendChild(cellOf("Owners", [document.createTextNode(ownersOf(model).join(" "))]));
      return row;
    }

    /* ---- which rows, in which order ---- */

    function keyOf(model, column) {
      if (column >= CELL_HEADS && column < CELL_HEADS + model[CELLS].length) {
        var cell = model[CELLS][column - CELL_HEADS];
        return cell ? badgeOf(cell[0])[2] + (cell[1] ? 0.5 : 0) : 0;
      }
      var rest = column - CELL_HEADS - model[CELLS].length;
      if (column === 0) return model[TITLE].toLowerCase();
      if (column === 1) return badgeOf(model[STATUS])[2];
      if (column === 2) return model[RISK] === null ? "" : badgeOf(model[RISK])[2];
      return [(model[PLACES][0] || [""])[0], (model[BATCH] || [""])[0], model[REVIEW], ownersOf(model).join(" ")][rest].toLowerCase();
    }

    var alphabet = new Intl.Collator("en", { numeric: true });

    function sorted(found) {
      var wanted = /^(\d{1,2})(-?)$/.exec(state.get("sort") || "");
      if (!wanted || Number(wanted[1]) >= heads.length) return found;
      var column = Number(wanted[1]), sign = wanted[2] ? -1 : 1;
      return found.map(function (item) { return [keyOf(item.model, column), item]; }).sort(function (a, b) {
        if ((a[0] === "") !== (b[0] === "")) return a[0] === "" ? 1 : -1;
        var order = typeof a[0] === "number" && typeof b[0] === "number" ? a[0] - b[0] : alphabet.compare(a[0], b[0]);
        return sign * order || a[1].place - b[1].place;
      }).map(function (pair) { return pair[1]; });
    }

    function fits(item) {
      var model = item.model, risk = state.get("risk"), status = state.get("status"), monitor = state.get("monitor"), owner = state.get("owner"), mark = state.get("show");
      return (!risk || (model[RISK] !== null && badgeOf(model[RISK])[0] === risk))
        && (!status || badgeOf(model[STATUS])[0] === status)
        && (!monitor || model[CELLS].some(function (cell) { return cell ? badgeOf(cell[0])[0] === monitor : monitor === "None"; }))
        && (!owner || ownersOf(model).includes(owner))
        && (!mark || model[MARKS].split(" ").includes(mark));
    }

    function chosen() {
      var words = (state.get("filter") || "").toLowerCase().split(/\s+/).filter(Boolean);
      return sorted(models.filter(function (item) {
        if (words.length && item.text === null) item.text = textOf(item.model);
        return fits(item) && words.every(function (word) { return item.text.includes(word); });
      }));
    }

    /* ---- the address, and everything that follows it ---- */

    /* A press is a step that the Back button takes back; typing changes the address of the step that is there. */
    function change(changes, typed) {
      if (waiting && !("filter" in changes)) changes.filter = filters.elements.filter.value.trim();
      settle();
      Object.keys(changes).forEach(function (key) {
        if (changes[key]) state.set(key, changes[key]); else state.delete(key);
      });
      if (!("page" in changes)) state.delete("page");
      var query = state.toString();
      var address = (query ? "?" + query : location.pathname) + location.hash;
      if (typed) history.replaceState(null, "", address);
      else if (query !== new URLSearchParams(location.search).toString()) history.pushState(null, "", address);
      apply();
    }

    function settle() {
      clearTimeout(waiting);
      waiting = 0;
    }

    function restore() {
      if (!section.isConnected) { window.removeEventListener("popstate", restore); return; }
      settle();
      state = new URLSearchParams(location.search);
      apply();
    }

    function apply() {
      var found = chosen();
      var last = Math.max(1, Math.ceil(found.length / PAGE));
      var page = Math.min(Math.max(1, Number(state.get("page")) || 1), last);
      var rows = found.slice((page - 1) * PAGE, page * PAGE).map(function (item) { return draw(item.model); });
      body.replaceChildren.apply(body, rows.length ? rows : [emptyRow()]);
      shown.textContent = found.length === models.length ? "" : found.length + " of " + models.length + " shown";
      pager.hidden = last === 1;
      pager.querySelector("span").textContent = "Page " + page + " of " + last;
      pager.querySelector("[data-step='-1']").disabled = page === 1;
      pager.querySelector("[data-step='1']").disabled = page === last;
      pager.dataset.page = page;
      tiles.forEach(function (tile) { tile.setAttribute("aria-pressed", String(tile.dataset.show === (state.get("show") || ""))); });
      heads.forEach(function (head, column) {
        var sort = state.get("sort");
        if (sort === String(column)) head.setAttribute("aria-sort", "ascending");
        else if (sort === column + "-") head.setAttribute("aria-sort", "descending");
        else head.removeAttribute("aria-sort");
      });
      Array.from(filters.elements).forEach(function (field) {
        var value = field.name ? state.get(field.name) || "" : null;
        if (value !== null && field.value !== value) field.value = value;
      });
    }

    function emptyRow() {
      var row = element("tr", "mg-nothing"), cell = element("td", "", "No model fits. Press Show all to see them again.");
      cell.colSpan = heads.length;
      row.appendChild(cell);
      return row;
    }

    function fill(name, counted) {
      var field = filters.elements[name];
      counted.forEach(function (entry) {
        var option = element("option", "", entry[1] === null ? entry[0] : entry[0] + " (" + entry[1] + ")");
        option.value = entry[2] === undefined ? entry[0] : entry[2];
        field.appendChild(option);
      });
    }

    function count(wordsOf) {
      var found = new Map();
      models.forEach(function (item) {
        new Set(wordsOf(item.model)).forEach(function (word) { found.set(word, (found.get(word) || 0) + 1); });
      });
      return Array.from(found).sort(function (a, b) { return alphabet.compare(a[0], b[0]); });
    }

    function makeFilters() {
      fill("risk", count(function (model) { return model[RISK] === null ? [] : [badgeOf(model[RISK])[0]]; }));
      fill("status", count(function (model) { return [badgeOf(model[STATUS])[0]]; }));
      fill("monitor", count(function (model) { return model[CELLS].map(function (cell) { return cell ? badgeOf(cell[0])[0] : "None"; }); }));
      fill("owner", count(ownersOf));
      fill("sort", [["Most pressing", null, ""]].concat(heads.map(function (head, column) { return [head.textContent, null, String(column)]; })));
      filters.hidden = false;
      filters.elements.filter.addEventListener("input", function () {
        clearTimeout(waiting);
        waiting = setTimeout(function () { change({ filter: filters.elements.filter.value.trim() }, true); }, models.length > 1000 ? 80 : 0);
      });
      ["risk", "status", "monitor", "owner", "sort"].forEach(function (name) {
        filters.elements[name].addEventListener("change", function (event) {
          var changes = {};
          changes[name] = event.target.value;
          change(changes);
        });
      });
      filters.addEventListener("submit", function (event) { event.preventDefault(); });
      filters.addEventListener("reset", function (event) {
        event.preventDefault();
        change({ filter: "", risk: "", status: "", monitor: "", owner: "", sort: "", show: "" });
      });
    }

    function makeHeads() {
      heads.forEach(function (head, column) {
        var button = element("button");
        button.type = "button";
        while (head.firstChild) button.appendChild(head.firstChild);
        head.appendChild(button);
        button.addEventListener("click", function () { change({ sort: column + (state.get("sort") === String(column) ? "-" : "") }); });
      });
      table.classList.add("mg-sortable");
    }

    /* ---- views: a name for an address; kept in this browser only ---- */

    function makeViews() {
      var box = section.querySelector(".mg-views"), list = box.querySelector("ul"), form = box.querySelector("form");
      var key = "mlgov views " + location.pathname;

      function saved() {
        try {
          var found = JSON.parse(localStorage.getItem(key) || "[]");
          return found.filter(function (view) { return Array.isArray(view) && typeof view[0] === "string" && typeof view[1] === "string"; });
        } catch (error) { return []; }
      }

      function keep(views) {
        try { localStorage.setItem(key, JSON.stringify(views)); } catch (error) { /* private windows refuse; the address still works */ }
        show();
      }

      function entry(view, own) {
        var item = element("li"), button = element("button", "mg-view", view[0]);
        button.type = "button";
        button.addEventListener("click", function () {
          settle();
          state = new URLSearchParams(view[1]);
          change({});
        });
        item.appendChild(button);
        if (own) {
          var gone = element("button", "mg-forget", "×");
          gone.type = "button";
          gone.setAttribute("aria-label", "Forget the view " + view[0]);
          gone.addEventListener("click", function () { keep(saved().filter(function (each) { return each[0] !== view[0]; })); });
          item.appendChild(gone);
        }
        list.appendChild(item);
      }

      function show() {
        list.replaceChildren();
        PRESETS.forEach(function (view) { entry(view, false); });
        saved().forEach(function (view) { entry(view, true); });
      }

      form.addEventListener("submit", function (event) {
        event.preventDefault();
        var name = form.elements.name.value.trim();
        if (!name) return;
        keep(saved().filter(function (each) { return each[0] !== name; }).concat([[name, state.toString()]]));
        form.reset();
      });
      show();
      box.hidden = false;
    }

    makeFilters();
    makeHeads();
    makeViews();
    tiles.forEach(function (tile) {
      tile.addEventListener("click", function () { change({ show: state.get("show") === tile.dataset.show ? "" : tile.dataset.show }); });
    });
    pager.addEventListener("click", function (event) {
      var step = Number(event.target.dataset.step || 0);
      if (!step) return;
      change({ page: String(Number(pager.dataset.page) + step) });
      table.scrollIntoView();
    });
    window.addEventListener("popstate", restore);
    section.querySelectorAll(".mg-static").forEach(function (note) { note.hidden = true; });
    apply();
    section.dataset.ready = "";
  }

  function load() {
    var section = document.querySelector("section[data-models]:not([data-asked])");
    if (!section) return;
    section.dataset.asked = "";
    fetch(section.dataset.models)
      .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
      .then(function (data) { start(section, data); })
      .catch(function () {
        section.querySelector(".mg-shown").textContent = "The rows cannot be filtered: their file was not found.";
      });
  }

  load();  /* scripts stand at the end of the page; the theme shows other pages without loading them anew */
  if (window.document$) window.document$.subscribe(load);
})();
