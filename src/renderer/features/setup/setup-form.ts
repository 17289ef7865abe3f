/** The first start, as values: what is asked, and what is wrong with it in words (keys of the catalogues). */
import type { DeskParams } from '../../../contract/desk/calls.ts';

export const people = ['admin', 'staff', 'supervisor'] as const;
export type PersonKey = (typeof people)[number];

export interface PersonForm {
  readonly fullName: string;
  readonly email: string;
  readonly password: string;
}

export interface SetupForm {
  readonly organisation: string;
  readonly branch: string;
  readonly desk: string;
  readonly admin: PersonForm;
  readonly staff: PersonForm;
  readonly supervisor: PersonForm;
}

export type SetupProblem = 'short' | 'name' | 'email' | 'emailTwice' | 'password' | 'passwordTwice';

const nobody: PersonForm = { fullName: '', email: '', password: '' };
export const emptySetup: SetupForm = {
  organisation: '',
  branch: '',
  desk: '',
  admin: nobody,
  staff: nobody,
  supervisor: nobody,
};

function personProblems(form: SetupForm, key: PersonKey): [string, SetupProblem][] {
  const { fullName, email, password } = form[key];
  const others = people.filter((each) => each !== key).map((each) => form[each]);
  const found: [string, SetupProblem][] = [];
  if (fullName.trim().length < 2) found.push([`${key}-name`, 'name']);
  if (!/^[^@\s]+@[^@\s]+$/.test(email.trim())) found.push([`${key}-email`, 'email']);
  // Three people, three accounts: four eyes mean nothing if one address holds two roles.
  else if (others.some((other) => other.email.trim().toLowerCase() === email.trim().toLowerCase()))
    found.push([`${key}-email`, 'emailTwice']);
  if (password.length < 12) found.push([`${key}-password`, 'password']);
  else if (others.some((other) => other.password === password)) found.push([`${key}-password`, 'passwordTwice']);
  return found;
}

/** Problems by input name (`branch`, `staff-password`); empty = may be sent. */
export function setupProblems(form: SetupForm): ReadonlyMap<string, SetupProblem> {
  const found: [string, SetupProblem][] = [];
  if (form.organisation.trim().length < 2) found.push(['organisation', 'short']);
  if (form.branch.trim().length < 2) found.push(['branch', 'short']);
  if (form.desk.trim().length < 1) found.push(['desk', 'short']);
  for (const key of people) found.push(...personProblems(form, key));
  return new Map(found);
}

export function setupParams(form: SetupForm): DeskParams<'setup.create'> {
  const person = ({ fullName, email, password }: PersonForm) => ({
    fullName: fullName.trim(),
    email: email.trim(),
    password,
  });
  return {
    organisation: form.organisation.trim(),
    branch: form.branch.trim(),
    desk: form.desk.trim(),
    admin: person(form.admin),
    staff: person(form.staff),
    supervisor: person(form.supervisor),
  };
}
