-- network addresses: hosts, networks, IPv6, MAC addresses of both lengths

CREATE TABLE value (id int, inet inet, cidr cidr, mac macaddr, mac8 macaddr8);
INSERT INTO value VALUES
  (1, '0.0.0.0/0', '0.0.0.0/0', '00:00:00:00:00:00', '00:00:00:00:00:00:00:00'),
  (2, '192.168.1.5/24', '192.168.1.0/24', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05'),
  (3, '::1', '2001:db8::/32', 'ff:ff:ff:ff:ff:ff', 'ff:ff:ff:ff:ff:ff:ff:ff'),
  (4, '::ffff:1.2.3.4/120', '::/0', NULL, NULL), (5, '255.255.255.255', '255.255.255.255', NULL, NULL), (6, NULL, NULL, NULL, NULL);
