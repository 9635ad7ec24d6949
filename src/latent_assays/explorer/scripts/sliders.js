// One row for each latent: its slider, its value, and how it answers.

class Sliders {
  /** `move(latent, value)` is called when a person moves a slider. */
  constructor(root, ranges, name, move) {
    this.rows = ranges.map(([low, high], latent) => {
      const row = root.appendChild(document.createElement("li"));
      row.innerHTML = `<label></label><input type="range"><output></output>
        <span class="answer"><span class="bar"></span></span><span class="by"></span>`;
      const [label, input, output, answer, by] = row.children;
      label.htmlFor = input.id = output.htmlFor = `${name}-latent-${latent}`;
      label.textContent = latent;
      input.setAttribute("aria-label", `latent ${latent}`);
      Object.assign(input, { min: low, max: high, step: (high - low) / 200 });
      input.addEventListener("input", () => move(latent, Number(input.value)));
      return { row, input, output, answer, bar: answer.firstChild, by };
    });
  }

  /** Set every slider; those that show the value already stay where they are. */
  place(code) {
    this.rows.forEach(({ input, output }, latent) => {
      if (Math.abs(Number(input.value) - code[latent]) > input.step) input.value = code[latent];
      output.textContent = signed(code[latent]);
    });
  }

  /** Bars of how latents answered, and of the one that was moved by how much. */
  answer(change, moved, by) {
    const largest = Math.max(1, Math.abs(by), ...change.map(Math.abs));
    this.rows.forEach(({ row, answer, bar, by: text }, latent) => {
      const share = (50 * Math.abs(change[latent])) / largest;
      bar.className = change[latent] < 0 ? "bar less" : "bar";
      bar.style.width = `${share}%`;
      bar.style.left = `${change[latent] < 0 ? 50 - share : 50}%`;
      text.textContent = signed(change[latent]);
      row.classList.toggle("moved", latent === moved);
      answer.querySelector(".mark")?.remove();
      if (latent !== moved) return;
      const mark = answer.appendChild(document.createElement("span"));
      mark.className = "mark";
      mark.style.left = `${50 + (50 * by) / largest}%`;
    });
  }
}

/** The same in words: what was moved, and which latents answered by a tenth or more. */
function answerInWords(change, moved, by) {
  if (moved === null) return "Nothing is moved yet: this is the image's own code.";
  const all = Array.from(change, (size, latent) => ({ size, latent }));
  const loud = all.filter(({ size }) => Math.abs(size) >= 0.1);
  loud.sort((one, other) => Math.abs(other.size) - Math.abs(one.size));
  const said = loud.slice(0, 4).map(({ size, latent }) => `latent ${latent} by ${signed(size)}`);
  if (loud.length > 4) said.push(`${loud.length - 4} more`);
  return `Latent ${moved} moved by ${signed(by)}. ${
    said.length ? `Answers: ${said.join(", ")}.` : "No latent answers by as much as 0.1."
  }`;
}
