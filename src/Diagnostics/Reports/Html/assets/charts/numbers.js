// Numbers as people read them: four digits, and powers of ten where there would be many zeros.
const short = (value) => {
  if (Number.isNaN(value)) { return "NaN"; }
  if (!Number.isFinite(value)) { return value > 0 ? "∞" : "−∞"; }
  const size = Math.abs(value);
  return value !== 0 && (size >= 1e5 || size < 1e-3) ? Number(value.toPrecision(3)).toExponential().replace("+", "") : String(Number(value.toPrecision(4)));
};
// The numbers of an axis are all written alike.
const labels = (ticks) => {
  const sizes = ticks.map(Math.abs).filter((size) => size > 0);
  const areShort = Math.max(...sizes) < 1e6 && Math.max(...sizes) >= 1e-3 && Math.min(...sizes) >= 1e-4;
  return ticks.map((tick) => areShort ? Number(tick.toPrecision(4)).toLocaleString("en", { maximumSignificantDigits: 4 }) : short(tick));
};
// Seconds as hours, minutes and seconds.
const clock = (seconds) => {
  const all = Math.round(Math.abs(seconds));
  const two = (number) => String(number).padStart(2, "0");
  return `${seconds < 0 && all > 0 ? "−" : ""}${Math.floor(all / 3600)}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
};
const whole = (value) => Math.round(value).toLocaleString("en");

// NaN and infinities are strings in the data.
const parsed = (values) => values.map((value) => value === null ? null : Number(value));
const finite = (value) => value !== null && value !== undefined && Number.isFinite(value);
