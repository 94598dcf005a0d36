/** The step that writes the report: the last one of a plan. */
export const reportStepId = 'report';
