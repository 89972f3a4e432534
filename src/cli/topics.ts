import { Command } from 'commander';

const TOPICS = [
  {
    name: 'environment',
    summary: 'the environment variables that fwoa reads',
    text: `FWOA_PASSWORD     the password for 'fwoa token', 'fwoa add-user' and 'fwoa set-password', instead of a question
FWOA_API_KEY      the API key for 'fwoa import --server'
FWOA_TOKEN        the access token for 'fwoa import --server'
NO_COLOR          set to anything: no colour
CI                set to anything: no questions are asked, progress is told in lines
XDG_CACHE_HOME    where 'fwoa import --server' notes what it has done, below fwoa/ (default: ~/.cache)
`,
  },
  {
    name: 'exit-codes',
    summary: 'what the exit codes mean',
    text: `0     done; for 'fwoa local': stopped in order, by Ctrl-C or SIGTERM
1     failed; for 'fwoa import': something was refused
2     wrong usage: an unknown command or flag, a wrong value
130   interrupted: a question by Ctrl-C; an import by Ctrl-C or SIGTERM (the same command goes on with it); anything by a second
      Ctrl-C
`,
  },
] as const;

/** Texts that `fwoa help TOPIC` shows, beside the commands. */
export function topicCommands(): Command[] {
  return TOPICS.map(({ name, summary, text }) => {
    const topic = new Command(name).summary(summary).helpOption(false);
    topic.configureHelp({ formatHelp: () => text }).action(() => topic.outputHelp());
    return topic;
  });
}
