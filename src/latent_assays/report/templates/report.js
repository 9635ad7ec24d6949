// The page's own script: tables are sorted, figures shown large, contents opened where there is room.
(() => {
  "use strict";

  /** Sort the rows of a body by a column; what has no key by its text, and empty keys last. */
  const sortBy = (body, column, factor) => {
    const keyed = [...body.rows].map((row) => {
      const cell = row.cells[column];
      return { row, key: cell.dataset.key ?? "", text: cell.textContent.trim() };
    });
    const numeric = keyed.some(({ key }) => key !== "");
    const before = (a, b) => {
      if (!numeric) return factor * a.text.localeCompare(b.text, "en", { numeric: true });
      if (a.key === "" || b.key === "") return (a.key === "") - (b.key === "");
      return factor * (Number(a.key) - Number(b.key));
    };
    body.append(...keyed.sort(before).map(({ row }) => row));
  };

  for (const button of document.querySelectorAll(".sorts")) {
    button.addEventListener("click", () => {
      const head = button.closest("th");
      const falls = head.getAttribute("aria-sort") === "ascending";
      for (const other of head.parentNode.cells) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", falls ? "descending" : "ascending");
      const table = head.closest("table");
      table.classList.add("sorted");
      sortBy(table.tBodies[0], head.cellIndex, falls ? -1 : 1);
    });
  }

  const large = document.getElementById("large");
  for (const button of document.querySelectorAll(".enlarge")) {
    button.addEventListener("click", () => {
      const from = button.querySelector("img");
      const image = large.querySelector("img");
      image.src = from.src;
      image.alt = from.alt;
      large.querySelector("#large-label").textContent = button.dataset.label;
      large.showModal();
    });
  }
  large.addEventListener("click", ({ target }) => {
    if (target === large || target.closest(".close")) large.close();
  });

  const contents = document.querySelector(".contents details");
  const wide = matchMedia("(min-width: 76rem)");
  const open = () => (contents.open = wide.matches);
  wide.addEventListener("change", open);
  open();
  contents.addEventListener("click", ({ target }) => {
    if (target.closest("a") && !wide.matches) contents.open = false;
  });
})();
