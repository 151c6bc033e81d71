// What a page cannot do by itself: dropping and pasting. Everything works without this file.
(function () {
  "use strict";

  // A file dropped anywhere on the drop area, or cells pasted while nothing is being typed into.
  document.querySelectorAll("[data-drop]").forEach(function (area) {
    const input = area.querySelector("input[type=file]");
    const name = area.querySelector("[data-drop-name]");
    const show = function () {
      const file = input.files[0];
      const tooLarge = Boolean(file) && file.size > Number(area.dataset.most);
      const says = "This file is larger than 100 MB. Split it into smaller files.";
      input.setCustomValidity(tooLarge ? says : "");
      name.textContent = tooLarge ? file.name + ": " + says : file ? "Chosen: " + file.name : "";
    };
    input.addEventListener("change", show);
    ["dragenter", "dragover"].forEach(function (kind) {
      area.addEventListener(kind, function (event) {
        event.preventDefault();
        area.classList.add("over");
      });
    });
    ["dragleave", "drop"].forEach(function (kind) {
      area.addEventListener(kind, function () { area.classList.remove("over"); });
    });
    area.addEventListener("drop", function (event) {
      event.preventDefault();
      if (event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        show();
      }
    });
  });

  // A page that was answered with problems puts the reader there.
  const problems = document.getElementById("problems");
  if (problems) { problems.focus(); }

  // An address that names one rule of a line opens its clauses.
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named) {
    for (let above = named; above; above = above.parentElement) {
      if (above.matches("details")) { above.open = true; }
    }
    const inner = named.querySelector("[data-opens]");
    if (inner) { inner.open = true; }
    named.scrollIntoView();
  }

  // Selects that choose a view apply themselves.
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-submits]")) { event.target.form.requestSubmit(); }
  });

  // Forms that must not be sent twice.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.matches("[data-once]")) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
