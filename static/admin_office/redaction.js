// Draw boxes on a photo: each becomes a line of numbers in the form, which works without this too.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("[data-redaction]");
  const numbers = form.elements.boxes;
  const picture = form.querySelector("svg");
  const drawn = form.querySelector("[data-boxes]");
  const lines = () => numbers.value.split("\n").filter((line) => line.trim());
  let start = null;

  const show = (boxes) => {
    drawn.replaceChildren(...boxes.map((line) => {
      const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const values = line.match(/\d+(\.\d+)?/g) || [];
      ["x", "y", "width", "height"].forEach((name, at) => box.setAttribute(name, `${values[at] || 0}%`));
      return box;
    }));
  };

  // Where the pointer is, in percent of the photo.
  const place = (event) => {
    const area = picture.getBoundingClientRect();
    const part = (value, length) => Math.min(100, Math.max(0, (value / length) * 100));
    return [part(event.clientX - area.left, area.width), part(event.clientY - area.top, area.height)];
  };

  const boxTo = (event) => {
    const [x, y] = place(event);
    const box = [Math.min(x, start[0]), Math.min(y, start[1]), Math.abs(x - start[0]), Math.abs(y - start[1])];
    return box.map((value) => value.toFixed(2)).join(" ");
  };

  picture.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    picture.setPointerCapture(event.pointerId);
    start = place(event);
  });
  picture.addEventListener("pointermove", (event) => {
    if (start) show([...lines(), boxTo(event)]);
  });
  picture.addEventListener("pointerup", (event) => {
    if (!start) return;
    const box = boxTo(event);
    start = null;
    if (!box.split(" ").slice(2).includes("0.00")) numbers.value = [...lines(), box, ""].join("\n");
    show(lines());
  });
  picture.addEventListener("pointercancel", () => {
    start = null;
    show(lines());
  });

  numbers.addEventListener("input", () => show(lines()));
  form.querySelector("[data-look]").hidden = true;
  const undo = form.querySelector("[data-undo]");
  undo.hidden = false;
  undo.addEventListener("click", () => {
    numbers.value = lines().slice(0, -1).map((line) => `${line}\n`).join("");
    show(lines());
  });
});
