/** Why a reviewer decided, as closed codes (`reasonCode` of the decision); the words are in the catalogues. */
export const decisionReasons = {
  approve: ['compared_in_person', 'images_match', 'document_genuine', 'data_explained'],
  reject: ['not_same_person', 'document_not_genuine', 'not_live', 'data_inconsistent'],
  escalate: ['second_opinion', 'own_relation', 'policy_question'],
} as const;

export type Decision = keyof typeof decisionReasons;
export const decisions = Object.keys(decisionReasons) as Decision[];
