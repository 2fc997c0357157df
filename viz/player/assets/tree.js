// Keyboard access to the boxes of a drawing, as a tree: Tab reaches one of them, ↑ and ↓ move from there.

/** Listen to keys and clicks in a new drawing; `choose(key, target)` is called for the box that is chosen. */
export function walkable(root, choose, focused) {
  const items = [...root.querySelectorAll("[role=treeitem]")];
  const current = items.find((item) => item.dataset.key === focused) || items[0];
  if (current) current.setAttribute("tabindex", 0);
  root.addEventListener("click", (event) => {
    const item = event.target.closest("[role=treeitem]");
    if (item) {
      reach(items, item);
      choose(item.dataset.key, event.target);
    }
  });
  root.addEventListener("keydown", (event) => {
    const item = event.target.closest("[role=treeitem]");
    if (!item) return;
    if (event.key === "Enter" || event.key === " ") choose(item.dataset.key, item);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = items[items.indexOf(item) + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) reach(items, next);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/** Move the focus to a box. */
function reach(items, item) {
  for (const other of items) other.setAttribute("tabindex", other === item ? 0 : -1);
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest", inline: "nearest" });
}
