import './steps.css'
import { IconCheck } from '@tabler/icons-react'

const titles = ['Connect', 'Check', 'Review', 'Set up'] as const

/** Where one is on the way from an address to a server that hosts sites. Not clickable: each step follows from the one before. */
export function SetupSteps({ active }: { active: 0 | 1 | 2 | 3 | 4 }) {
  return (
    <ol className="hp-way" aria-label="Steps of the set-up">
      {titles.map((title, index) => (
        <li key={title} data-state={index < active ? 'done' : index === active ? 'current' : 'ahead'} aria-current={index === active ? 'step' : undefined}>
          <span className="hp-way-mark" aria-hidden>{index < active ? <IconCheck size={15} stroke={2.6} /> : index + 1}</span>
          <span className="hp-way-title">{title}{index < active && <span className="hp-hidden">, done</span>}</span>
        </li>
      ))}
    </ol>
  )
}
