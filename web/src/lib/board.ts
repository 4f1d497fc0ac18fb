// What the boards of the server tell. The types are made of the server's own
// document; here they have the names by which the page knows them. A value that
// is not known is null and says why; it is never zero for want of data.
import type { BoardFigure, BoardGasNode, BoardGroup, BoardOverview, BoardSupplySeries } from './schema'

export type {
  BoardOverview as Overview, BoardYear as Year, BoardMonth as Month, BoardPart as Part, BoardGroup as Group, BoardRanked as Ranked,
  BoardBalance as Balance, BoardGasNode as GasNode, BoardGasLink as GasLink, BoardGasCheck as GasCheck,
  BoardMeasure as Measure, BoardDay as Day, BoardQuality as Quality, BoardToDo as ToDo,
  BoardFigure as Figure, BoardInput as Input, BoardRef as Ref,
  BoardOrigin as Origin, BoardLines as Lines, BoardLine as Line,
} from './schema'

/** How a figure came about. */
export type Kind = BoardFigure['kind']

/** The colour by which a substance is known, a token's name. */
export type Colour = BoardGroup['key'] | BoardGasNode['group'] | BoardSupplySeries['group']

/** What a board was asked for, and from what it was computed, as far as the drawer needs it. */
export type Head = Pick<BoardOverview, 'site' | 'node' | 'period' | 'edition' | 'gwp' | 'at'>
