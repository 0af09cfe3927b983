/** What seeded records are made of. Fields that have no picklist in the org take these. */
export const GIVEN =
  `Ada Amir Anna Boris Carla Chen Dana Diego Elif Emma Farid Grete Hugo Ines Ivan Jana Jonas Kaito
Lara Leila Luis Maja Marco Nadia Nils Olga Omar Paula Pavel Rosa Samir Sofia Tariq Tomas Uma Vera Wen Yara Zoe`.split(
    /\s+/,
  );
export const FAMILY =
  `Andersen Bauer Bianchi Castillo Dubois Eriksen Fischer Garcia Haddad Ito Jansen Kaya Kowalski
Larsen Lopez Moreau Nakamura Novak Okafor Olsen Petrov Quist Rossi Santos Schmidt Silva Sorensen Tanaka Torres Ueda
Vargas Weber Xu Yilmaz Zimmer`.split(/\s+/);
export const TRADES =
  `Bearings Bicycles Brakes Cables Carbon Chains Couriers Forks Frames Freight Gears Helmets Hubs
Lighting Motors Panniers Pedals Rims Saddles Spokes Tooling Tyres Wheels`.split(/\s+/);
export const PLACES_IN_NAMES =
  `Alpine Baltic Central Coastal Delta Eastern Fjord Granite Harbour Highland Lakeside
Meadow Nordic Northern Pacific Prairie River Southern Summit Valley Western`.split(/\s+/);
export const FORMS = ['Ltd', 'GmbH', 'Inc.', 'A/S', 'S.A.', 'BV', '& Søns', 'Cooperative'];

export interface Place {
  readonly city: string;
  readonly state: string | null;
  readonly country: string;
  readonly post: string;
  readonly dial: string;
}

const place = (
  city: string,
  state: string | null,
  country: string,
  post: string,
  dial: string,
) => ({
  city,
  state,
  country,
  post,
  dial,
});

export const PLACES: readonly Place[] = [
  place('Aarhus', null, 'Denmark', '8000', '+45'),
  place('Austin', 'TX', 'United States', '73301', '+1'),
  place('Bengaluru', 'Karnataka', 'India', '560001', '+91'),
  place('Bogotá', null, 'Colombia', '110111', '+57'),
  place('Gdańsk', null, 'Poland', '80-001', '+48'),
  place('Kyoto', null, 'Japan', '600-8001', '+81'),
  place('Lagos', null, 'Nigeria', '100001', '+234'),
  place('Lyon', null, 'France', '69001', '+33'),
  place('Portland', 'OR', 'United States', '97201', '+1'),
  place('Porto', null, 'Portugal', '4000-001', '+351'),
  place('Toronto', 'ON', 'Canada', 'M4B 1B3', '+1'),
  place('Zürich', null, 'Switzerland', '8001', '+41'),
];

export const STREETS = ['Canal Street', 'Station Road', 'Mill Lane', 'Quay Street', 'High Street'];
export const TITLES = ['Buyer', 'Head of Purchasing', 'Operations Manager', 'CEO', 'Mechanic'];
export const COMPLAINTS = [
  'Delivery incomplete',
  'Invoice differs from order',
  'Noise under load',
  'Cannot reach the portal',
  'Wrong size delivered',
  'Spare part wanted',
];
