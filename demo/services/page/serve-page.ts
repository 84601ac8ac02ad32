export async function servePage(): Promise<void> {}
