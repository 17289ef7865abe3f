import { describe, expect, it } from 'vitest';
import { emptySetup, setupParams, setupProblems, type SetupForm } from './setup-form.ts';

const good: SetupForm = {
  organisation: 'Bank Contoh',
  branch: ' KCP Kalideres ',
  desk: 'Loket 3',
  admin: { fullName: 'Adi Contoh', email: 'adi@contoh.id', password: 'kata sandi adi' },
  staff: { fullName: 'Rina Maharani', email: 'rina@contoh.id', password: 'kata sandi rina' },
  supervisor: { fullName: 'Bagus Prakoso', email: 'bagus@contoh.id', password: 'kata sandi bagus' },
};

describe('setup form', () => {
  it('accepts three people with their own accounts, trimmed', () => {
    expect(setupProblems(good).size).toBe(0);
    expect(setupParams(good).branch).toBe('KCP Kalideres');
  });

  it('names every missing entry', () => {
    expect([...setupProblems(emptySetup).keys()]).toContain('supervisor-password');
    expect(setupProblems(emptySetup).size).toBe(12);
  });

  it('wants twelve characters', () => {
    const problems = setupProblems({ ...good, staff: { ...good.staff, password: 'sebelasabcd' } });
    expect([...problems]).toEqual([['staff-password', 'password']]);
  });

  it('refuses one address or one password for two people', () => {
    const email = setupProblems({ ...good, supervisor: { ...good.supervisor, email: 'RINA@contoh.id' } });
    expect(email.get('supervisor-email')).toBe('emailTwice');
    const password = setupProblems({ ...good, supervisor: { ...good.supervisor, password: good.staff.password } });
    expect(password.get('staff-password')).toBe('passwordTwice');
  });
});
