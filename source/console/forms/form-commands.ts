import type { Command } from '../commands/command.ts';
import type { ConsoleServices } from '../services.ts';
import { type FormBinding, takeOffer, turnField } from './form.ts';

/** The commands that move in a form: the same keys in every one. */
export function formCommands<Id extends string>(
  prefix: string,
  scope: readonly string[],
  bind: (services: ConsoleServices) => FormBinding<Id>,
): readonly Command[] {
  const base = { category: 'Form', scope } as const;
  return [
    {
      ...base,
      id: `${prefix}.field`,
      title: 'next field',
      keys: ['tab', 'down'],
      hint: 3,
      run: (services) => turnField(bind(services), 1),
    },
    {
      ...base,
      id: `${prefix}.field-back`,
      title: 'field before',
      keys: ['shift+tab', 'up'],
      run: (services) => turnField(bind(services), -1),
    },
    {
      ...base,
      id: `${prefix}.take`,
      title: 'take',
      description: 'Write the next of the values that go with what is written',
      keys: ['ctrl+n'],
      hint: 4,
      when(services) {
        const binding = bind(services);
        return binding.offers(binding.read().field).length > 0;
      },
      run: (services) => takeOffer(bind(services)),
    },
  ];
}
