/** A piece of a guide: what is typed into a terminal, and what the guide says comes out. */
export interface Step {
  /** Of the first line that is typed, in the guide. */
  readonly line: number;
  readonly typed: string;
  /** Absent where the guide says nothing about it. */
  readonly says: string | undefined;
}

interface Fence {
  readonly language: string;
  readonly line: number;
  readonly text: string;
}

/** The ```sh blocks of a guide, each with the ```text block that follows it before the next. */
export function stepsOf(markdown: string): readonly Step[] {
  const fences = fencesOf(markdown).filter(({ language }) => language === 'sh' || language === 'text');
  return fences.flatMap(({ language, line, text: typed }, i) => {
    if (language !== 'sh') return [];
    const next = fences[i + 1];
    return [{ line, typed, says: next?.language === 'text' ? next.text : undefined }];
  });
}

function fencesOf(markdown: string): readonly Fence[] {
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)\n```$/gm)].map(({ index, 1: language = '', 2: text = '' }) => ({
    language,
    line: markdown.slice(0, index).split('\n').length + 1,
    text,
  }));
}

/**
 * What a guide says comes out, as a pattern: `…` is anything within a line, a line of nothing else is any lines. Space at the end of
 * lines makes no difference.
 */
export function patternOf(says: string): RegExp {
  const lines = says.split('\n').map((line) => {
    if (line.trim() === '…') return '(?:.*\\n)*?';
    return `${line.trimEnd().split('…').map(escaped).join('.*')}[ \\t]*\\n`;
  });
  return new RegExp(`^${lines.join('')}$`);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** What a command printed, ended with one line feed. */
export function asPrinted(out: string): string {
  return `${out.trimEnd()}\n`;
}
