/** Who works with the embedded database, which belongs to another role; made with the first migration. */
export const applicationRole = "cardapio_app"
