/** Publishes the whole log. @returns how many events a second */
export async function relay(driver, { url }) {
  const { count, ms } = await driver.relay(url);
  return { count, ms, perSecond: (count / ms) * 1000 };
}
