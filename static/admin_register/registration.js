// The sum of the shares as they are typed: exact fractions, as the server counts them. The page works without it.
"use strict";

(() => {
  const gcd = (a, b) => (b ? gcd(b, a % b) : a);
  const reduced = ([top, bottom]) => {
    const divisor = gcd(top < 0n ? -top : top, bottom) || 1n;
    return [top / divisor, bottom / divisor];
  };
  const plus = ([a, b], [c, d]) => reduced([a * d + c * b, b * d]);

  // «40 %», «0,6 prosent» and «307/1000», as agreements/models/shares.py reads them; null for anything else.
  const parsed = (text) => {
    const written = text.replace(/[\u00a0\u202f]/g, " ").trim();
    const percent = /^(\d{1,12})(?:[.,](\d{1,15}))?\s*(?:%|prosent|pst\.?)$/i.exec(written);
    if (percent) {
      const digits = percent[2] || "";
      return reduced([BigInt(percent[1] + digits), 100n * 10n ** BigInt(digits.length)]);
    }
    const fraction = /^(\d{1,18})\s*\/\s*(\d{1,18})$/.exec(written);
    return fraction && BigInt(fraction[2]) ? reduced([BigInt(fraction[1]), BigInt(fraction[2])]) : null;
  };

  const shown = ([top, bottom]) => {
    for (let decimals = 0n; decimals < 4n; decimals += 1n) {
      const scaled = top * 100n * 10n ** decimals;
      if (scaled % bottom === 0n) {
        const digits = String(scaled / bottom).padStart(Number(decimals) + 1, "0");
        const at = digits.length - Number(decimals);
        return `${digits.slice(0, at)}${decimals ? `,${digits.slice(at)}` : ""} %`;
      }
    }
    return `${top}/${bottom}`;
  };

  document.querySelectorAll("output[data-sum]").forEach((output) => {
    const fields = [...document.querySelectorAll(`input[name^="${output.dataset.sum}-"]`)];
    const count = () => {
      const shares = fields.map((field) => parsed(field.value));
      const [top, bottom] = shares.filter(Boolean).reduce(plus, [0n, 1n]);
      const parts = [shown([top, bottom])];
      if (top < bottom) parts.push(`${shown(reduced([bottom - top, bottom]))} ${output.dataset.lacking}`);
      if (top > bottom) parts.push(`${shown(reduced([top - bottom, bottom]))} ${output.dataset.over}`);
      const empty = shares.filter((share) => share === null).length;
      if (empty) parts.push(`${empty} ${output.dataset.empty}`);
      output.value = parts.join(", ");
    };
    fields.forEach((field) => field.addEventListener("input", count));
    count();
  });
})();
