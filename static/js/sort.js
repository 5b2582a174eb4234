// Tables of class "sortable": a button in each heading sorts the rows by that column.
// The table carries the words: data-sorted-up="Ordinato per %, crescente" and data-sorted-down="…, decrescente".
// A cell may carry the number to sort by in data-v.

const collator = new Intl.Collator("it", { numeric: true });

const valueOf = (row, column) => {
  const cell = row.cells[column];
  return "v" in cell.dataset ? Number(cell.dataset.v) : cell.textContent.trim();
};

const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));

function announcer(table) {
  const line = document.createElement("p");
  line.className = "visually-hidden";
  line.setAttribute("role", "status");
  table.after(line);
  return line;
}

function start(table) {
  const headings = [...table.tHead.rows[0].cells];
  const status = announcer(table);

  function sort(column) {
    const heading = headings[column];
    const up = heading.getAttribute("aria-sort") === "descending";
    const body = table.tBodies[0];
    const rows = [...body.rows].sort((a, b) => (up ? 1 : -1) * compare(valueOf(a, column), valueOf(b, column)));
    body.append(...rows);
    headings.forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", up ? "ascending" : "descending");
    status.textContent = (up ? table.dataset.sortedUp : table.dataset.sortedDown).replace("%", heading.textContent.trim());
  }

  headings.forEach((heading, column) => heading.querySelector("button")?.addEventListener("click", () => sort(column)));
}

document.querySelectorAll("table.sortable").forEach(start);
