import { canManageRole, type Role } from '../../../shared/permissions.ts';
import { HttpProblem } from '../../http/problem.ts';

/** Only owners deal in owners. @throws HttpProblem 403 when `actor` may not give, change or take away `target` */
export function requireManagedRole(actor: Role, target: Role): void {
  if (canManageRole(actor, target)) return;
  throw new HttpProblem('not-permitted', `As ${actor} you may not decide on the role ${target}. Ask an owner.`);
}
