// What the server tells of forms, cells and evidence, by the names of this board.
// Numbers are exact texts.
import type { CellAt, EvidenceFile, FormCell, FormFinding, FormForm, FormPaper } from '@/lib/schema'

export type {
  CellChange as Change, Complaint, FilingPassed as Step, FormComment as Comment, FormFinding as Finding, FormForm as Form,
  FormGrid as Grid, FormMonth as Month, FormRow as Row, FormSaid as Said, Once as Past, Refusal,
} from '@/lib/schema'

/** How far a month has come, in the order of the way. */
export const states = ['draft', 'submitted', 'approved', 'group_approved', 'verified', 'locked'] as const satisfies FormForm['state'][]
export type State = FormForm['state']

/** What a reader may do with a month, named as the routes are. */
export type Act = FormForm['may'][number]

export type Severity = FormFinding['severity']

/** A paper that a cell names; one that was just handed in may have been there before. */
export type Evidence = FormPaper & Pick<Partial<EvidenceFile>, 'known'>

/** What is known of one parameter in one month; of a cell nobody has asked for, only where it is. */
export type Cell = Pick<FormCell, 'row' | 'month'> & Partial<FormCell>

/** A value to be filed, as the server takes it. */
export type Wish = CellAt & { unit: string; supersedes: string }

/** Where a cell is, as one text. */
export const keyOf = (row: string, month: string): string => row + '@' + month
