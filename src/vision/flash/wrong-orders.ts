/** The orders a challenge must be told from. */

const exhaustiveUpTo = 5;
const shuffles = 150;

/**
 * Orders of the same colours that look different from the right one, as indexes into it. All of them up to five steps;
 * beyond that every swap of two, every rotation, the reversal, and a fixed set of shuffles.
 */
export function wrongOrders(colors: readonly string[]): readonly (readonly number[])[] {
  const right = colors.map((_, index) => index);
  const orders = colors.length <= exhaustiveUpTo ? permutations(right) : sampledOrders(right);
  const key = (order: readonly number[]) => order.map((index) => colors[index]!.toUpperCase()).join();
  const different = new Map(orders.map((order) => [key(order), order]));
  different.delete(key(right));
  return [...different.values()];
}

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) =>
    permutations(items.filter((_, index) => index !== at)).map((rest) => [item, ...rest]),
  );
}

function sampledOrders(right: readonly number[]): number[][] {
  const orders: number[][] = [[...right].reverse()];
  for (let i = 0; i < right.length; i += 1) {
    if (i > 0) orders.push([...right.slice(i), ...right.slice(0, i)]);
    for (let j = 0; j < i; j += 1) {
      const swapped = [...right];
      [swapped[i], swapped[j]] = [swapped[j]!, swapped[i]!];
      orders.push(swapped);
    }
  }
  // Fixed draws (Lehmer generator): the same capture must measure the same twice.
  let state = 20_011;
  for (let n = 0; n < shuffles; n += 1) {
    const order = [...right];
    for (let i = order.length - 1; i > 0; i -= 1) {
      state = (state * 48_271) % 2_147_483_647;
      const j = state % (i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    orders.push(order);
  }
  return orders;
}
