/** The state of the overview in the browser. */
import { loadOverview, scopeOf, type Choices, type OverviewRows, type Scope } from './overview.ts'
import { PageState } from './page-state.svelte'

export class Overview extends PageState<Scope, OverviewRows> {
  constructor(choices: Choices, rows: OverviewRows) {
    super({ rows, scopeOf: (view) => scopeOf(view, choices), load: loadOverview })
  }
}
