
(() => {
  const order = document.querySelector("#order");
  const list = document.querySelector("#cards");
  if (!order || !list) return;
  const cards = [...list.children];
  const worst = (key) => (card) => card.hasAttribute(key) ? Number(card.getAttribute(key)) : Infinity;
  order.addEventListener("change", () => {
    const value = worst(`data-${order.value}`);
    cards.sort((one, other) => value(one) - value(other) || (one.dataset.id < other.dataset.id ? -1 : 1));
    list.append(...cards);
  });
  document.querySelector("#sorter").hidden = false;
})();
