// The state of the page. Listeners are called when it changes.

export class Store {
  constructor(state) {
    this.state = state;
    this.listeners = [];
  }

  /** Change some of the state; listeners get the new state and the names of what changed. */
  set(changes) {
    const changed = new Set(Object.keys(changes).filter((key) => changes[key] !== this.state[key]));
    if (changed.size === 0) return;
    this.state = { ...this.state, ...changes };
    for (const listener of this.listeners) listener(this.state, changed);
  }

  listen(listener) {
    this.listeners.push(listener);
  }
}
