import { choose, type Theme, theme } from "../style/theme.ts";
import { type Language, language, speak, texts } from "../text/language.ts";

const text = texts(
  {
    language: "Language",
    colours: "Colours",
    system: "As the system",
    light: "Light",
    dark: "Dark",
  },
  { language: "语言", colours: "外观", system: "跟随系统", light: "浅色", dark: "深色" },
);

/** The switches of language and colours. */
export function Choices() {
  const words = text();
  return (
    <>
      <select
        aria-label={words.language}
        value={language.value}
        onChange={(event) => speak(event.currentTarget.value as Language)}
      >
        <option value="en" lang="en">
          English
        </option>
        <option value="zh" lang="zh-Hans">
          简体中文
        </option>
      </select>
      <select
        aria-label={words.colours}
        value={theme.value}
        onChange={(event) => choose(event.currentTarget.value as Theme)}
      >
        <option value="system">{words.system}</option>
        <option value="light">{words.light}</option>
        <option value="dark">{words.dark}</option>
      </select>
    </>
  );
}
