// What the server tells for the wall beyond the overview, by the names that the
// wall knows it by.
import type { BoardEvent } from '@/lib/schema'

export type { BoardBinding as Binding, BoardFeed as Feed, BoardSupply as Supply, BoardSupplySeries as SupplySeries, BoardWall as Wall } from '@/lib/schema'

/** Something that happened a while ago or lasts: told by the server, or made here of the stream, whose checks no board lists. */
export type Happening = Omit<BoardEvent, 'kind'> & { kind: BoardEvent['kind'] | 'check' }
