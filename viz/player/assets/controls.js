// Play, pause, one step forward or back, speed; by mouse and by keyboard.

import { byId, fill } from "./dom.js";

const PLAY = "M4 3v10l8-5z"; // icons
const PAUSE = "M3 3h4v10H3zM9 3h4v10H9z";
const INTERVAL = 1400; // milliseconds between two steps at normal speed

/** A slider with buttons to step and to play. `length()` is its last position, `say(i)` describes one. */
export class Transport {
  constructor(name, { length, get, set, say }) {
    Object.assign(this, { name, length, get, set, say, timer: null });
    this.slider = byId(`${name}-slider`);
    this.button = byId(`${name}-play`);
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    this.button.addEventListener("click", () => this.toggle());
    for (const [id, by] of [["first", -Infinity], ["back", -1], ["next", 1], ["last", Infinity]]) {
      const button = byId(`${name}-${id}`);
      if (button) button.addEventListener("click", () => this.move(by));
    }
  }

  /** Stop playing and go to a position. */
  go(position) {
    this.stop();
    this.set(Math.min(this.length(), Math.max(0, position)));
  }

  move(by) {
    this.go(this.get() + by);
  }

  get isPlaying() {
    return this.timer !== null;
  }

  toggle() {
    if (this.isPlaying) this.stop();
    else this.play();
  }

  play() {
    if (this.get() >= this.length()) this.set(0);
    const advance = () => {
      if (this.get() >= this.length()) this.stop();
      else {
        this.set(this.get() + 1);
        this.timer = setTimeout(advance, INTERVAL / Number(byId("speed").value));
      }
    };
    this.timer = setTimeout(advance, 300);
    this.show();
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.show();
  }

  /** Update slider and button. */
  show() {
    this.slider.max = this.length();
    this.slider.value = this.get();
    this.slider.setAttribute("aria-valuetext", this.say(this.get()));
    this.button.querySelector("path").setAttribute("d", this.isPlaying ? PAUSE : PLAY);
    fill(this.button.querySelector("span"), this.isPlaying ? "Pause" : "Play");
  }
}

/** Listen to keys everywhere but in elements that use them already. */
export function listenToKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target.closest("input, select, button, summary, textarea");
    const isTaken = target !== null && (event.key === " " || event.key === "Enter"
      || target.matches("input, select, textarea"));
    const action = actions[event.key];
    if (isTaken && event.key !== "Escape") return;
    if (action && action(event) !== false) event.preventDefault();
  });
}
