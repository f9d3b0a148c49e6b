{
  description = "The backend of a menu-planning service";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      # nix develop: Node, and a PostgreSQL for DATABASE_URL.
      devShells = each (pkgs: {
        default = pkgs.mkShell { packages = [ pkgs.nodejs_24 pkgs.postgresql ]; };
      });

      # nix run, in a checkout: installs what package-lock.json names where that is not done yet, and starts the server.
      # Node is Nix's own. The embedded PostgreSQL is npm's, which NixOS itself runs with programs.nix-ld.enable only: else
      # set DATABASE_URL.
      apps = each (pkgs:
        let
          start = pkgs.writeShellApplication {
            name = "cardapio";
            runtimeInputs = [ pkgs.nodejs_24 ];
            text = ''
              test -f src/server/main.ts || { echo "cardapio: run this in a checkout of the repository" >&2; exit 1; }
              test -d node_modules || npm ci
              exec node src/server/main.ts
            '';
          };
        in
        {
          default = { type = "app"; program = "${start}/bin/cardapio"; };
        });
    };
}
