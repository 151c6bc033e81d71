// Cells of a sheet put right in place, by keyboard or mouse, saved as one goes. Without this file
// each row's number leads to a plain form.
(function () {
  "use strict";
  const grid = document.querySelector(".cg-grid");
  if (!grid) { return; }
  const body = grid.tBodies[0];
  const saved = document.getElementById("saved");
  const undoButton = document.getElementById("undo");
  const nextButton = document.getElementById("next-problem");
  const AGAIN_MS = 4000;
  let active = null;        // the cell that has the focus
  let anchor = null;        // where a choice of several cells began
  let editing = null;       // {cell, input, before}
  let waiting = new Map();  // "row,column" -> text, not yet sent
  let sending = null;       // the same, under way
  let retry = 0;
  const done = [];          // changes to take back: lists of {row, column, before, after}
  const undone = [];

  // --- cells ----------------------------------------------------------------------------------
  const rowsShown = function () { return Array.from(body.rows); };
  const cellsOf = function (row) { return Array.from(row.querySelectorAll("td")); };
  const rowOf = function (cell) { return Number(cell.parentElement.dataset.row); };
  const columnOf = function (cell) { return Number(cell.dataset.column); };
  const textOf = function (cell) { return cell.querySelector(".text").textContent; };
  const cellAt = function (row, column) {
    const line = document.getElementById("r" + row);
    return line && line.querySelector('td[data-column="' + column + '"]');
  };

  const setText = function (cell, text) {
    cell.querySelector(".text").textContent = text;
    cell.classList.add("unsaved");
  };

  const focus = function (cell, keepAnchor) {
    if (!cell) { return; }
    if (active && active.isConnected) { active.tabIndex = -1; }
    active = cell;
    cell.tabIndex = 0;
    cell.focus();
    if (!keepAnchor) { anchor = cell; }
    showChosen();
  };

  const place = function (cell) {
    const rows = rowsShown();
    return { rows: rows, row: rows.indexOf(cell.parentElement), column: cellsOf(cell.parentElement).indexOf(cell) };
  };

  const near = function (cell, down, right) {
    const at = place(cell);
    const row = at.rows[Math.min(Math.max(at.row + down, 0), at.rows.length - 1)];
    const cells = cellsOf(row);
    return cells[Math.min(Math.max(at.column + right, 0), cells.length - 1)];
  };

  const chosen = function () {
    if (!active) { return []; }
    const from = place(anchor && anchor.isConnected ? anchor : active);
    const to = place(active);
    const first = Math.min(from.column, to.column);
    const last = Math.max(from.column, to.column);
    return to.rows.slice(Math.min(from.row, to.row), Math.max(from.row, to.row) + 1)
      .map(function (row) { return cellsOf(row).slice(first, last + 1); });
  };

  const showChosen = function () {
    body.querySelectorAll('[aria-selected="true"]').forEach(function (cell) { cell.removeAttribute("aria-selected"); });
    const cells = chosen().flat();
    if (cells.length > 1) { cells.forEach(function (cell) { cell.setAttribute("aria-selected", "true"); }); }
  };

  // --- changing -------------------------------------------------------------------------------
  const change = function (changes, remember) {
    const real = changes.filter(function (one) { return one.before !== one.after; });
    if (!real.length) { return; }
    real.forEach(function (one) {
      const cell = cellAt(one.row, one.column);
      if (cell) { setText(cell, one.after); }
      waiting.set(one.row + "," + one.column, one.after);
    });
    if (remember) { done.push(real); undone.length = 0; }
    undoButton.disabled = !done.length;
    save();
  };

  const turned = function (changes) {
    return changes.map(function (one) {
      return { row: one.row, column: one.column, before: one.after, after: one.before };
    });
  };

  const undo = function () {
    const last = done.pop();
    if (!last) { say("Nothing to take back on this page."); return; }
    undone.push(last);
    change(turned(last), false);
    focus(cellAt(last[0].row, last[0].column));
  };

  const redo = function () {
    const last = undone.pop();
    if (!last) { return; }
    done.push(last);
    change(last, false);
    focus(cellAt(last[0].row, last[0].column));
  };

  const open = function (cell, text) {
    const input = document.createElement("textarea");
    const head = grid.tHead.querySelector('th[data-column="' + cell.dataset.column + '"]').firstChild;
    const shown = cell.querySelector(".text");
    input.value = text === undefined ? textOf(cell) : text;
    input.rows = Math.min(input.value.split("\n").length, 6);
    input.setAttribute("aria-label", head.textContent + ", row " + rowOf(cell));
    editing = { cell: cell, input: input, before: textOf(cell) };
    shown.hidden = true;
    cell.insertBefore(input, shown);
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  };

  const close = function (keep) {
    const was = editing;
    if (!was) { return; }
    editing = null;
    const text = was.input.value;
    was.input.remove();
    was.cell.querySelector(".text").hidden = false;
    if (keep) {
      change([{ row: rowOf(was.cell), column: columnOf(was.cell), before: was.before, after: text }], true);
    }
  };

  const empty = function () {
    change(chosen().flat().map(function (cell) {
      return { row: rowOf(cell), column: columnOf(cell), before: textOf(cell), after: "" };
    }), true);
  };

  // --- the clipboard --------------------------------------------------------------------------
  // Cells as spreadsheets copy them: tabs and lines, a cell in quotes where it holds either.
  const table = function (text) {
    const rows = [[]];
    let cell = "", quoted = false, begun = false;
    const end = function () { rows[rows.length - 1].push(cell); cell = ""; begun = false; };
    const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    for (let i = 0; i < plain.length; i += 1) {
      const char = plain[i];
      if (quoted) {
        if (char === '"' && plain[i + 1] === '"') { cell += '"'; i += 1; }
        else if (char === '"') { quoted = false; }
        else { cell += char; }
      } else if (char === '"' && !begun) { quoted = true; begun = true; }
      else if (char === "\t") { end(); }
      else if (char === "\n") { end(); rows.push([]); }
      else { cell += char; begun = true; }
    }
    end();
    return rows;
  };

  const copied = function () {
    return chosen().map(function (row) {
      return row.map(function (cell) {
        const text = textOf(cell);
        return /[\t\n"]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
      }).join("\t");
    }).join("\n");
  };

  const paste = function (text) {
    const block = table(text);
    const at = place(anchor && anchor.isConnected ? chosen()[0][0] : active);
    const columns = cellsOf(at.rows[at.row]).slice(at.column).map(columnOf);
    const whole = grid.dataset.show === "all";
    const last = Number(grid.dataset.last);
    const begins = rowOf(cellsOf(at.rows[at.row])[at.column]);
    const changes = [];
    let lost = 0;
    block.forEach(function (cells, down) {
      const line = at.rows[at.row + down];
      const row = line ? Number(line.dataset.row) : begins + down;
      if (!line && (!whole || row > last)) { lost += cells.length; return; }
      cells.forEach(function (after, right) {
        if (right >= columns.length) { lost += 1; return; }
        const cell = cellAt(row, columns[right]);
        changes.push({ row: row, column: columns[right], before: cell ? textOf(cell) : null, after: after });
      });
    });
    change(changes, true);
    say(changes.length + " cells pasted." + (lost ? " " + lost + " found no place in the table and were left out." : ""));
  };

  // --- saving ---------------------------------------------------------------------------------
  const say = function (text) { saved.textContent = text; };

  const token = function () {
    const found = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
    return found ? found[1] : document.querySelector("[name=csrfmiddlewaretoken]").value;
  };

  const later = function (text) {
    // What was told since stands over what could not be sent.
    sending.forEach(function (value, key) { if (!waiting.has(key)) { waiting.set(key, value); } });
    sending = null;
    say(text);
    clearTimeout(retry);
    retry = setTimeout(save, AGAIN_MS);
  };

  const save = function () {
    if (sending || !waiting.size) { return; }
    sending = waiting;
    waiting = new Map();
    say("Saving…");
    const marks = {};
    rowsShown().forEach(function (row) { marks[row.dataset.row] = row.dataset.mark; });
    const cells = Array.from(sending, function (entry) {
      return entry[0].split(",").map(Number).concat([entry[1]]);
    });
    fetch(grid.dataset.save, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ cells: cells, marks: marks }),
    }).then(function (answer) {
      const kind = answer.headers.get("Content-Type") || "";
      if (answer.redirected || answer.status === 403 || !kind.includes("json")) {
        later("Not saved yet: you were signed out, or something failed. Sign in again in another tab; what you typed stays here and is sent again.");
        return null;
      }
      return answer.json().then(function (said) { settle(answer.ok, said); });
    }).catch(function () { later("Not saved yet: no answer from the server. It is tried again."); });
  };

  const settle = function (ok, said) {
    const sent = sending;
    sending = null;
    if (!ok) {
      say("Not saved. " + said.problems.map(function (one) { return one.where + ": " + one.what + " " + one.fix; }).join(" "));
      const last = done.pop();
      undoButton.disabled = !done.length;
      (last || []).forEach(function (one) {
        const cell = cellAt(one.row, one.column);
        if (cell && one.before !== null) { setText(cell, one.before); cell.classList.remove("unsaved"); }
      });
      save();
      return;
    }
    sent.forEach(function (text, key) {
      const cell = cellAt.apply(null, key.split(","));
      if (cell && !waiting.has(key)) { cell.classList.remove("unsaved"); }
    });
    Object.keys(said.rows).forEach(function (row) { swap(row, said.rows[row]); });
    document.getElementById("standing").outerHTML = said.standing;
    document.querySelectorAll("[data-counts]").forEach(function (place) {
      place.textContent = said.counts[place.dataset.counts].toLocaleString("en-US");
    });
    if (!waiting.size) {
      const problems = said.counts.problems;
      const left = problems === 1 ? "1 row" : (problems || "No") + " row" + (problems ? "s" : "");
      say("Saved at " + new Date().toISOString().slice(11, 19) + " UTC. " + left + " with a problem left.");
    }
    save();
  };

  const swap = function (row, html) {
    const old = document.getElementById("r" + row);
    if (!old || (editing && old.contains(editing.cell))) { return; }
    const held = active && old.contains(active) ? columnOf(active) : null;
    const had = held !== null && document.activeElement === active;
    const began = anchor && old.contains(anchor) ? columnOf(anchor) : null;
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.firstElementChild;
    old.replaceWith(fresh);
    waiting.forEach(function (text, key) {
      const at = key.split(",");
      if (at[0] === row) { const cell = cellAt(at[0], at[1]); if (cell) { setText(cell, text); } }
    });
    if (began !== null) { anchor = cellAt(row, began); }
    if (held !== null) {
      active = cellAt(row, held);
      active.tabIndex = 0;
      if (had) { active.focus(); }
    }
  };

  window.addEventListener("beforeunload", function (event) {
    if (editing || sending || waiting.size) { event.preventDefault(); }
  });

  // --- problems -------------------------------------------------------------------------------
  const nextProblem = function () {
    const cells = Array.from(body.querySelectorAll("td.problem"));
    const rows = rowsShown();
    rows.filter(function (row) { return row.dataset.wrong === "problem" && !row.querySelector("td.problem"); })
      .forEach(function (row) { cells.push(cellsOf(row)[0]); });
    cells.sort(function (one, other) {
      return one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
    });
    const after = cells.find(function (cell) {
      return active && (active.compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING);
    });
    if (after) { focus(after); after.scrollIntoView({ block: "center", inline: "nearest" }); return; }
    if (nextButton.dataset.elsewhere) {
      if (!sending && !waiting.size) { location.href = nextButton.dataset.elsewhere; }
      return;
    }
    const first = cells.find(function (cell) { return cell !== active; });
    if (first) { focus(first); } else { say("No other problem."); }
  };

  // --- keys and mouse -------------------------------------------------------------------------
  const STEPS = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
    PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -9999], End: [0, 9999],
  };

  const keyInCell = function (event) {
    const step = STEPS[event.key];
    if (step) {
      const far = (event.ctrlKey || event.metaKey) && (event.key === "Home" || event.key === "End");
      focus(near(active, far ? step[1] : step[0], step[1]), event.shiftKey);
    } else if (event.key === "Enter" || event.key === "F2") {
      open(active);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      empty();
    } else if (event.key === "Escape") {
      focus(active);
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      open(active, event.key);
    } else {
      return;
    }
    event.preventDefault();
  };

  const keyInInput = function (event) {
    const cell = editing.cell;
    if (event.isComposing) { return; }
    if (event.key === "Escape") {
      close(false);
      focus(cell);
    } else if (event.key === "Enter" && event.altKey) {
      editing.input.setRangeText("\n", editing.input.selectionStart, editing.input.selectionEnd, "end");
    } else if (event.key === "Enter") {
      close(true);
      focus(near(cell, event.shiftKey ? -1 : 1, 0));
    } else if (event.key === "Tab") {
      close(true);
      focus(near(cell, 0, event.shiftKey ? -1 : 1));
    } else {
      return;
    }
    event.preventDefault();
  };

  grid.addEventListener("keydown", function (event) {
    if (editing) { keyInInput(event); return; }
    if (event.target.matches("td")) { keyInCell(event); }
  });
  document.addEventListener("keydown", function (event) {
    const command = event.ctrlKey || event.metaKey;
    if (event.key === "F8") {
      event.preventDefault();
      close(true);
      nextProblem();
    } else if (!editing && command && event.key.toLowerCase() === "z") {
      event.preventDefault();
      if (event.shiftKey) { redo(); } else { undo(); }
    } else if (!editing && command && event.key.toLowerCase() === "y") {
      event.preventDefault();
      redo();
    }
  });
  grid.addEventListener("focusin", function (event) {
    const cell = event.target.closest("td");
    if (cell && event.target === cell && cell !== active) { focus(cell); }
  });
  grid.addEventListener("mousedown", function (event) {
    const cell = event.target.closest("td");
    if (!cell || (editing && cell === editing.cell)) { return; }
    close(true);
    event.preventDefault();
    focus(cell.isConnected ? cell : cellAt(cell.parentElement.dataset.row, cell.dataset.column), event.shiftKey);
  });
  grid.addEventListener("dblclick", function (event) {
    const cell = event.target.closest("td");
    if (cell && !editing) { open(cell); }
  });
  grid.addEventListener("focusout", function (event) {
    if (editing && event.target === editing.input && !editing.cell.contains(event.relatedTarget)) { close(true); }
  });
  document.addEventListener("copy", function (event) {
    if (editing || !active || document.activeElement !== active) { return; }
    event.clipboardData.setData("text/plain", copied());
    event.preventDefault();
  });
  document.addEventListener("paste", function (event) {
    if (editing || !active || document.activeElement !== active) { return; }
    event.preventDefault();
    paste(event.clipboardData.getData("text/plain"));
  });

  undoButton.hidden = false;
  nextButton.hidden = false;
  undoButton.addEventListener("click", undo);
  nextButton.addEventListener("click", nextProblem);
  const named = location.hash && document.getElementById(location.hash.slice(1));
  const first = (named || body).querySelector("td.problem") || (named || body).querySelector("td");
  if (named) { focus(first); } else { active = anchor = first; first.tabIndex = 0; }
})();
