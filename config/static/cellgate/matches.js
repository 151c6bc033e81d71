// The keys of the queue of names. Every key has a button or a link that does the same.
(function () {
  "use strict";
  const form = document.querySelector("[data-decide]");
  const reason = form && form.querySelector("#reason");
  let choice = null;

  function propose(button) {
    choice = button;
    const same = button.value;
    const offered = document.querySelector("#reasons option[data-for=" + same + "]");
    if (!reason.value.trim() && offered) { reason.value = offered.value; }
    reason.focus();
    reason.select();
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.target === reason) {
      if (event.key === "Escape") { reason.blur(); }
      if (event.key === "Enter" && choice) { event.preventDefault(); form.requestSubmit(choice); }
      return;
    }
    if (event.target.matches("input, textarea, select")) { return; }
    const target = document.querySelector('[data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (!target) { return; }
    event.preventDefault();
    if (target.name === "same") { propose(target); } else { target.click(); }
  });
})();
