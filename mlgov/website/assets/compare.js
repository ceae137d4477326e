/* Two cards side by side: what differs, field by field. Text is only ever set as text. */
(function () {
  "use strict";

  function element(tag, className, text) {
    var made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /* Items of a list are told by their name where all have one, else by their place. */
  function flatten(value, path, found) {
    if (Array.isArray(value)) {
      if (value.every(function (item) { return item === null || typeof item !== "object"; })) found.set(path, value.join("\n"));
      else value.forEach(function (item, place) {
        var named = item && typeof item === "object" && typeof item.name === "string";
        flatten(item, path + " › " + (named ? item.name : place + 1), found);
      });
    } else if (value && typeof value === "object") {
      Object.keys(value).forEach(function (key) { flatten(value[key], path ? path + " › " + key.replace(/_/g, " ") : key, found); });
    } else if (value !== null) found.set(path, String(value));
    return found;
  }

  function show(form, box, status, one, other, heads) {
    var left = flatten(one, "", new Map()), right = flatten(other, "", new Map());
    var paths = Array.from(new Set(Array.from(left.keys()).concat(Array.from(right.keys()))));
    var differing = paths.filter(function (path) { return left.get(path) !== right.get(path); });
    var scroll = element("div", "mg-scroll"), table = element("table", "mg-table mg-compared"), head = element("tr");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "What differs");
    ["Field"].concat(heads).forEach(function (text) {
      var cell = element("th", "", text);
      cell.scope = "col";
      head.appendChild(cell);
    });
    table.appendChild(element("thead")).appendChild(head);
    var body = table.appendChild(element("tbody"));
    differing.forEach(function (path) {
      var row = element("tr"), name = element("th", "", path);
      name.scope = "row";
      row.appendChild(name);
      [left, right].forEach(function (side) {
        var has = side.has(path);
        row.appendChild(element("td", has ? "" : "mg-none", has ? side.get(path) : "not said"));
      });
      body.appendChild(row);
    });
    scroll.appendChild(table);
    box.replaceChildren.apply(box, differing.length ? [scroll] : []);
    status.textContent = differing.length ? differing.length + " of " + paths.length + " fields differ" : "Both say the same.";
  }

  function start(form, cards) {
    var box = document.querySelector(".mg-result"), status = document.querySelector(".mg-compare .mg-shown");
    var base = form.dataset.compare.replace(/index\.json$/, "");
    var asked = new URLSearchParams(location.search);
    var list = form.querySelector("datalist");
    Object.keys(cards).forEach(function (name) {
      var option = element("option", "", cards[name][0]);
      option.value = name;
      list.appendChild(option);
    });

    function versions(side, wanted) {
      var field = form.elements[side + "v"], card = cards[form.elements[side].value];
      field.replaceChildren();
      if (!card) return;
      [["", card[1] === null ? "now" : "now (" + card[1] + ")"]].concat(card[2].slice().reverse().map(function (number) { return [String(number), "version " + number]; }))
        .forEach(function (pair) {
          var option = element("option", "", pair[1]);
          option.value = pair[0];
          field.appendChild(option);
        });
      field.value = wanted || "";
      if (field.selectedIndex < 0) field.value = "";
    }

    function read(side) {
      var name = form.elements[side].value, version = form.elements[side + "v"].value;
      if (!Object.prototype.hasOwnProperty.call(cards, name)) return Promise.reject(new Error("There is no card called '" + name + "'."));
      return fetch(base + name + (version ? ".v" + version : "") + ".json").then(function (answer) { return answer.json(); });
    }

    function said(side) {
      var version = form.elements[side + "v"].value;
      return cards[form.elements[side].value][0] + (version ? ", version " + version : "");
    }

    function compare() {
      var query = new URLSearchParams();
      ["a", "av", "b", "bv"].forEach(function (key) { if (form.elements[key].value) query.set(key, form.elements[key].value); });
      history.replaceState(null, "", "?" + query.toString());
      Promise.all([read("a"), read("b")])
        .then(function (both) { show(form, box, status, both[0], both[1], [said("a"), said("b")]); })
        .catch(function (error) { box.replaceChildren(); status.textContent = error.message; });
    }

    ["a", "b"].forEach(function (side) {
      form.elements[side].value = asked.get(side) || "";
      versions(side, asked.get(side + "v"));
      form.elements[side].addEventListener("input", function () { versions(side, ""); });
    });
    if (asked.get("a") && !asked.get("b")) {
      var card = cards[asked.get("a")];
      if (card && card[2].length) {  /* what changed last is what people ask first */
        form.elements.b.value = asked.get("a");
        versions("b", String(card[2][card[2].length - 1]));
      }
    }
    form.addEventListener("submit", function (event) { event.preventDefault(); compare(); });
    document.querySelectorAll(".mg-compare .mg-static").forEach(function (note) { note.hidden = true; });
    form.hidden = false;
    if (form.elements.a.value && form.elements.b.value) compare();
    form.dataset.ready = "";
  }

  function load() {
    var form = document.querySelector("form[data-compare]:not([data-asked])");
    if (!form) return;
    form.dataset.asked = "";
    fetch(form.dataset.compare).then(function (answer) { return answer.json(); }).then(function (cards) { start(form, cards); }).catch(function () {
      document.querySelector(".mg-compare .mg-shown").textContent = "The list of cards was not found.";
    });
  }

  load();  /* scripts stand at the end of the page; the theme shows other pages without loading them anew */
  if (window.document$) window.document$.subscribe(load);
})();
