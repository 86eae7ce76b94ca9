-- bytea with every byte, bit strings of all lengths, uuid

CREATE TABLE value (id int, bytes bytea, bits bit(9), varying bit varying, limited bit varying(20), uuid uuid);
INSERT INTO value VALUES
  (1, '', B'000000000', B'', B'', '00000000-0000-0000-0000-000000000000'),
  (2, (SELECT decode(string_agg(lpad(to_hex(n), 2, '0'), '' ORDER BY n), 'hex') FROM generate_series(0, 255) n),
   B'101010101', B'1', B'11111111111111111111', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
  (3, '\x5c', B'111111111', repeat('10', 1000)::bit varying, B'0', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'),
  (4, NULL, NULL, NULL, NULL, NULL);
