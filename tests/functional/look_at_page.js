// What is wrong with the page as it is shown, as a list of sentences; [] if nothing is.
(() => {
  const problems = [];
  const say = (what, element) =>
    problems.push(element ? `${what}: ${element.outerHTML.slice(0, 120)}` : what);
  const shown = (element) => element.getClientRects().length > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);

  if (!document.documentElement.lang) say("no lang attribute");
  if (!document.title.trim()) say("no title");
  if (all("h1").length !== 1) say("not exactly one h1");

  for (const control of all("input:not([type=hidden]),select,textarea")) {
    const words = [...(control.labels || [])].map((label) => label.textContent).join(" ");
    if (!words.trim()) say("no label", control);
  }
  for (const group of all("fieldset")) {
    if (!group.querySelector("legend")?.textContent.trim()) say("no legend", group);
  }
  for (const described of all("[aria-describedby]")) {
    for (const id of described.getAttribute("aria-describedby").split(" ")) {
      if (!document.getElementById(id)) say("described by nothing", described);
    }
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  if (new Set(ids).size !== ids.length) say("two elements of one id");

  // WCAG 2.5.8: what is pressed is at least 24 by 24 CSS pixels, or in the middle of words.
  for (const target of all("button,select,textarea,label.choice,.scale label,a")) {
    const { width, height } = target.getBoundingClientRect();
    const inWords = target.tagName === "A" && parseFloat(getComputedStyle(target).fontSize) >= 14;
    if (!inWords && (width < 24 || height < 24)) say("too small to press", target);
  }

  const root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth) {
    say(`scrolls sideways: ${root.scrollWidth} in ${root.clientWidth}`);
  }

  // WCAG 2.x relative luminance and contrast ratio.
  const parts = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = parts(getComputedStyle(one).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  for (const element of all("body *")) {
    const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const control = ["SELECT", "TEXTAREA"].includes(element.tagName);
    if (!control && !texts.some((node) => node.textContent.trim())) continue;
    if (["OPTION", "STYLE"].includes(element.tagName)) continue;
    const [light, dark] = [parts(getComputedStyle(element).color), behind(element)]
      .map(luminance)
      .sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) say(`contrast ${ratio.toFixed(2)}`, element);
  }
  return problems;
})()
